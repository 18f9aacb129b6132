import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { help, parseArguments, type StartArguments } from "./cli/arguments.ts";
import { openAwsModel } from "./cli/aws-model.ts";
import { expectedFailure } from "./cli/expected-failure.ts";
import { languageOf } from "./cli/greeting.ts";
import { readyReport } from "./cli/report.ts";
import { type RunState, takeRunState } from "./cli/run-state.ts";
import { makeSampleFiles } from "./cli/sample-files.ts";
import type { LocalCloud, LocalCloudOptions } from "./cloud.ts";
import { CloudLog } from "./logs/cloud-log.ts";
import { readStackSettings } from "./program/stack-settings.ts";

const projectFolder = join(import.meta.dirname, "..");
const stateFolder = join(projectFolder, ".streamgate");

// Nobody is left to be told when the standard error cannot be written.
process.stderr.on("error", () => {});

try {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(help);
  else await start(args);
} catch (error) {
  const failure = expectedFailure(error);
  if (failure === undefined) throw error;
  process.stderr.write(`${failure.message}\n`);
  // At once: a program that failed leaves registrations behind that wait for ever.
  process.exit(failure.exitCode);
}

async function start(args: StartArguments): Promise<void> {
  const startedAt = performance.now();
  const settings = readStackSettings(projectFolder, args.stack, args.config);
  const filesFolder = args.files ?? join(stateFolder, "files");
  const state = takeRunState(stateFolder);
  if (args.files === undefined) makeSampleFiles(filesFolder);

  const modelResponder =
    args.bedrock === "aws"
      ? await openAwsModel(settings, (text) => (args.json ? process.stderr : process.stdout).write(text))
      : undefined;
  const cloud = await runUntilStopped(state, {
    projectFolder,
    settings,
    files: { folder: filesFolder, writable: false },
    port: args.port,
    enforceCaps: args.caps,
    ...(modelResponder && { modelResponder }),
    logFolder: state.logFolder,
  });

  // Holds the API key: readable by its owner alone, from the first byte on.
  writeFileSync(state.outputsFile, `${JSON.stringify(cloud.outputs, null, 2)}\n`, { mode: 0o600 });
  const readySeconds = (performance.now() - startedAt) / 1000;
  const language = languageOf(process.env);
  process.stdout.write(
    args.json
      ? `${JSON.stringify(cloud.outputs)}\n`
      : readyReport(cloud.outputs, { ...args, settings, ...state, filesFolder, readySeconds, language }),
  );
}

/** Starts the cloud. It runs until a signal comes, or until nobody reads what is printed. */
async function runUntilStopped(state: RunState, options: LocalCloudOptions): Promise<LocalCloud> {
  let isStopping = false;
  const log = new CloudLog(({ level, source, message }) => {
    // What breaks off because of the stop is no news.
    if (!isStopping) tell(`${level} (${source}): ${message}`);
  });
  // Brings in Pulumi, which takes a second: what the arguments alone can refuse is refused before that.
  const { bringToLife, loadProgram } = await import("./cloud.ts");
  const program = await loadProgram({ ...options, log });

  // Until here there is nothing to undo, and a signal ends the process in Node.js's own way.
  const stopAtOnce = () => process.exit(1);
  let stop: () => void = stopAtOnce;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop());
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") stop();
  });
  const cloud = await bringToLife(program, { ...options, log });
  stop = () => {
    stop = stopAtOnce;
    isStopping = true;
    state.release();
    void cloud.close().then(() => {
      const { lostLines } = cloud.logGroups;
      if (lostLines > 0)
        tell(`${lostLines} lines are missing in ${state.logFolder}, which could not be written.`);
      process.exit(0);
    });
  };
  return cloud;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
