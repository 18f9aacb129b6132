import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { help, parseArguments, type StartArguments } from "./cli/arguments.ts";
import { openAwsModel } from "./cli/aws-model.ts";
import { readyReport } from "./cli/report.ts";
import { makeSampleFiles } from "./cli/sample-files.ts";
import type { LocalCloud } from "./cloud.ts";
import { CloudLog } from "./cloud-log.ts";
import { GraphError } from "./gateway/graph-error.ts";
import { PortInUseError } from "./gateway/listener.ts";
import { ProgramError } from "./program/program-error.ts";
import { UsageError } from "./usage-error.ts";

const projectFolder = join(import.meta.dirname, "..");
const stateFolder = join(projectFolder, ".streamgate");
const outputsFile = join(stateFolder, "outputs.json");
const logFolder = join(stateFolder, "logs");

try {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(help);
  else await start(args);
} catch (error) {
  if (!isExpected(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  // At once: a program that failed leaves registrations behind that wait for ever.
  process.exit(error instanceof UsageError || error instanceof PortInUseError ? 2 : 1);
}

async function start(args: StartArguments): Promise<void> {
  const startedAt = performance.now();
  const filesFolder = args.files ?? join(stateFolder, "files");
  mkdirSync(stateFolder, { recursive: true });
  if (args.files === undefined) makeSampleFiles(filesFolder);

  const modelResponder =
    args.bedrock === "aws"
      ? await openAwsModel(projectFolder, args, (text) =>
          (args.json ? process.stderr : process.stdout).write(text),
        )
      : undefined;
  // Brings in Pulumi, which takes a second: what the arguments alone can refuse is refused before that.
  const { startLocalCloud } = await import("./cloud.ts");
  const cloud = await startLocalCloud({
    projectFolder,
    stack: args.stack,
    config: args.config,
    files: { folder: filesFolder, writable: false },
    port: args.port,
    enforceCaps: args.caps,
    ...(modelResponder && { modelResponder }),
    logFolder,
    log: new CloudLog(({ level, source, message }) =>
      process.stderr.write(`${level} (${source}): ${message}\n`),
    ),
  });
  stopOnSignal(cloud);

  // Holds the API key: readable by its owner alone, from the first byte on.
  rmSync(outputsFile, { force: true });
  writeFileSync(outputsFile, `${JSON.stringify(cloud.outputs, null, 2)}\n`, { mode: 0o600 });
  const readySeconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(
    args.json
      ? `${JSON.stringify(cloud.outputs)}\n`
      : readyReport(cloud, { ...args, filesFolder, logFolder, outputsFile, readySeconds }),
  );
}

/** The first signal stops in order; Node.js's own handling comes back with it, so that a second one kills. */
function stopOnSignal(cloud: LocalCloud): void {
  const stop = () => {
    for (const signal of signals) process.off(signal, stop);
    rmSync(outputsFile, { force: true });
    void cloud.close().then(() => process.exit(0));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
}

function isExpected(error: unknown): error is Error {
  return [UsageError, PortInUseError, ProgramError, GraphError].some((kind) => error instanceof kind);
}
