import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { StackOutputs } from "../../contract/stack-outputs.ts";
import { startLocalCloud } from "../../local/cloud.ts";
import { readStackSettings } from "../../local/program/stack-settings.ts";
import { patientLimits } from "../helpers/patient-limits.ts";

/*
 * Runs the contract suite against a deployed stack (`npm run test:stack -- --stack NAME`), or against local clouds that it
 * starts for the occasion, one for each way in which callers prove who they are. The suite itself sees nothing but the
 * stack's outputs.
 */

const projectFolder = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({ options: { stack: { type: "string" } } });
const workFolder = mkdtempSync(join(tmpdir(), "streamgate-stack-"));
try {
  process.exitCode =
    values.stack === undefined ? await testLocalClouds() : await testDeployedStack(values.stack);
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}

async function testDeployedStack(stack: string): Promise<number> {
  const outputs = deployedOutputs(stack);
  if (outputs !== undefined) return runSuite(outputs, stack);
  console.error(
    `The outputs of stack ${stack} cannot be read: npx pulumi stack output failed, as above. It needs the Pulumi CLI, a login and a deployed stack.`,
  );
  return 2;
}

async function testLocalClouds(): Promise<number> {
  const runtimes = JSON.stringify(["nodejs", ...pythonRuntimes()]);
  let exitCode = 0;
  for (const auth of ["apiKey", "iam", "none"]) {
    exitCode = (await testLocalCloud([`auth=${auth}`, `runtimes=${runtimes}`])) || exitCode;
  }
  return exitCode;
}

/** What Python needs is no part of a stock machine; CI has installed it, and fails where it is not there. */
function pythonRuntimes(): string[] {
  const installed = [".cache/python/made-from", ".cache/lambda-web-adapter/bin/lambda-adapter"].every(
    (path) => existsSync(join(projectFolder, path)),
  );
  if (installed || process.env.CI === "true") return ["python-fastapi", "python-stdlib"];
  console.log(
    "skipped: Python behind the Lambda Web Adapter, which .ci/install-python and .ci/install-lambda-web-adapter install",
  );
  return [];
}

async function testLocalCloud(config: readonly string[]): Promise<number> {
  const cloud = await startLocalCloud({
    projectFolder,
    settings: readStackSettings(projectFolder, "dev", config),
    files: { folder: workFolder, writable: true },
    port: 0,
    enforceCaps: true,
    limits: patientLimits,
  });
  try {
    const exitCode = await runSuite(cloud.outputs, `a local cloud, ${config[0]}`);
    const errors = cloud.log.entries.filter(({ level }) => level === "error");
    for (const { source, message } of errors)
      console.error(`unexpected error in the local cloud (${source}): ${message}`);
    return errors.length > 0 ? 1 : exitCode;
  } finally {
    await cloud.close();
  }
}

/** @returns `undefined` where the Pulumi CLI cannot tell them, for a reason that it has printed. */
function deployedOutputs(stack: string): StackOutputs | undefined {
  const command = ["pulumi", "stack", "output", "--json", "--show-secrets", "--stack", stack];
  const { status, stdout } = spawnSync("npx", command, {
    cwd: projectFolder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return status === 0 ? (JSON.parse(stdout) as StackOutputs) : undefined;
}

function runSuite(outputs: StackOutputs, target: string): Promise<number> {
  const outputsFile = join(workFolder, ".streamgate-outputs.json");
  // Holds the API key: not in the environment of every child, and readable by its owner alone.
  writeFileSync(outputsFile, JSON.stringify(outputs), { mode: 0o600 });
  console.log(`Contract suite against ${target}: ${outputs.downloadApi?.url ?? "no download API"}`);
  const ava = spawn("npx", ["ava", "--config", "stack.config.js"], {
    cwd: projectFolder,
    stdio: "inherit",
    env: { ...process.env, STREAMGATE_OUTPUTS: outputsFile },
  });
  return new Promise((resolve, reject) => {
    ava.once("error", reject).once("exit", (code) => resolve(code ?? 1));
  });
}
