import { join } from "node:path";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { readStackSettings } from "../../local/program/stack-settings.ts";
import { type ProgramRun, runProgram } from "../../local/program/run-program.ts";
import { simulatedFunctions } from "../../local/program/simulated-functions.ts";
import { ResourceSimulator } from "../../local/program/simulated-resources.ts";
import { projectFolder } from "../helpers/recorded-program.ts";
import type { Settings } from "./configurations.ts";

const account = { region: "eu-central-1", accountId: "123456789012" };
const own = readStackSettings(projectFolder, "dev");

/** What Pulumi hands the program of these settings. */
export function stackSettings(settings: Settings) {
  const { project = own.project, stack = own.stack, ...keys } = settings;
  const entries = Object.entries(keys).map(([key, value]): [string, string] => [`${project}:${key}`, value]);
  return { project, stack, config: { "aws:region": account.region, ...Object.fromEntries(entries) } };
}

/** Records the program of these settings; keys that are not among them have no value, so that their defaults hold. */
export function recordConfiguration(settings: Settings): Promise<ProgramRun> {
  return runProgram({
    entry: join(projectFolder, "index.ts"),
    settings: stackSettings(settings),
    simulator: new ResourceSimulator({ ...account, openApiPort: () => Promise.resolve(443) }),
    functions: simulatedFunctions(account.region, account.accountId),
    log: new CloudLog(),
  });
}
