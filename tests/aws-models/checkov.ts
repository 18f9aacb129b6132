import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { projectFolder } from "../helpers/recorded-program.ts";
import { testNeeding } from "../helpers/test-needing.ts";
import { terraformJson } from "./terraform.ts";

const checkovFolder = join(projectFolder, ".cache", "judges", "checkov");

/** A test that needs Checkov. */
export const checkovTest = testNeeding(existsSync(join(checkovFolder, "made-from")), ".ci/install-judges");

interface Report {
  readonly results: { readonly failed_checks: readonly { readonly check_id: string }[] };
}

/** The checks that `docs/security.md` lists as failing, with the reason of each. */
export function listedChecks(): ReadonlyMap<string, string> {
  const text = readFileSync(join(projectFolder, "docs/security.md"), "utf8");
  const rows = text.matchAll(/^\| (CKV2?_AWS_\d+) \| (.+) \| (.+) \|$/gm);
  return new Map([...rows].map(([, check = "", , reason = ""]) => [check, reason]));
}

/** @returns The checks that any of the graphs fails, each once, sorted. Format: `CKV_AWS_23`. */
export async function failedChecks(...graphs: readonly ResourceGraph[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-checkov-"));
  try {
    for (const [index, graph] of graphs.entries()) {
      const program = join(folder, String(index));
      await mkdir(program);
      await writeFile(join(program, "main.tf.json"), terraformJson(graph));
    }
    const { results } = JSON.parse(await runCheckov(folder)) as Report;
    return [...new Set(results.failed_checks.map((check) => check.check_id))].sort();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns Its report as JSON. It ends with code 1 where a check fails. */
function runCheckov(folder: string): Promise<string> {
  const options = [
    "--framework",
    "terraform_json",
    "--output",
    "json",
    "--compact",
    "--quiet",
    "--skip-download",
  ];
  const settings = { env: { ...process.env, PYTHONPATH: checkovFolder }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(
      "python3",
      ["-m", "checkov.main", "--directory", folder, ...options],
      settings,
      (error, stdout, stderr) => {
        if (error !== null && stdout === "") reject(new Error(`Checkov says: ${stderr}`, { cause: error }));
        else resolve(stdout);
      },
    );
  });
}
