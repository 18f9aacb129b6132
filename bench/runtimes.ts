import { fromGateway, type LocalOutputs, timeDownload } from "./download.ts";
import { describeMachine } from "./machine.ts";
import { percentile } from "./measure.ts";
import { type MeasuredCloud, withCloud } from "./measured-cloud.ts";
import { figure, machineReport } from "./report.ts";
import { type SampleObject, withSampleObject } from "./sample-object.ts";

/*
 * The download function in each language, side by side in one run: `node --import ./ts.mjs bench/runtimes.ts`. Prints the
 * table of docs/choosing-a-runtime.md.
 */

const MEGABYTE = 1_000_000;

/** The functions, by the language the configuration names; each is the first part of its own path. */
const functions = {
  nodejs: "download",
  "python-fastapi": "download-fastapi",
  "python-stdlib": "download-stdlib",
} as const;
type Runtime = keyof typeof functions;
const runtimes = Object.keys(functions) as Runtime[];

/** One figure of every language. */
type Samples = Readonly<Record<Runtime, readonly number[]>>;

/** How much is measured, which a test makes less of. */
export interface RuntimesOptions {
  readonly largeBytes?: number;
  readonly smallBytes?: number;
  readonly throughputRounds?: number;
  readonly firstByteRounds?: number;
  readonly coldRounds?: number;
}

/** The samples of each question. */
export interface RuntimesResult {
  readonly megabytesPerSecond: Samples;
  readonly firstByteMilliseconds: Samples;
  readonly residentMegabytes: Samples;
  readonly coldFirstByteMilliseconds: Samples;
  readonly packageBytes: Samples;
}

/** Measures one function after the other within each round, so that whatever else the machine does falls on all. */
export async function measureRuntimes({
  largeBytes = 180 * MEGABYTE,
  smallBytes = MEGABYTE,
  throughputRounds = 10,
  firstByteRounds = 100,
  coldRounds = 10,
}: RuntimesOptions = {}): Promise<RuntimesResult> {
  const ofLarge = await withSampleObject(largeBytes, (object, folder) =>
    withCloud({ folder, code: "runtime", runtimes }, (cloud) =>
      measureLarge(cloud, object, throughputRounds),
    ),
  );
  const ofSmall = await withSampleObject(smallBytes, (object, folder) =>
    withCloud({ folder, code: "runtime", runtimes }, (cloud) =>
      measureSmall(cloud, object, firstByteRounds, coldRounds),
    ),
  );
  return { ...ofLarge, ...ofSmall };
}

async function measureLarge(cloud: MeasuredCloud, object: SampleObject, rounds: number) {
  return {
    megabytesPerSecond: await inTurn(rounds, async (runtime) => {
      const { totalMilliseconds } = await download(cloud.outputs, object, runtime);
      return object.bytes / 1000 / totalMilliseconds;
    }),
    residentMegabytes: await inTurn(1, async (runtime) => {
      const environments = await cloud.environments(functions[runtime]);
      return Math.max(...environments.map(({ residentBytes }) => residentBytes)) / MEGABYTE;
    }),
    packageBytes: await inTurn(1, (runtime) => cloud.packageBytes(functions[runtime])),
  };
}

async function measureSmall(
  cloud: MeasuredCloud,
  object: SampleObject,
  firstByteRounds: number,
  coldRounds: number,
) {
  const firstByte = async (outputs: LocalOutputs, runtime: Runtime) =>
    (await download(outputs, object, runtime)).firstByteMilliseconds;
  const coldFirstByteMilliseconds = await inTurn(coldRounds, async (runtime) =>
    firstByte(await cloud.restart(), runtime),
  );
  const outputs = await cloud.restart();
  return {
    coldFirstByteMilliseconds,
    firstByteMilliseconds: await inTurn(firstByteRounds, (runtime) => firstByte(outputs, runtime)),
  };
}

async function download(outputs: LocalOutputs, object: SampleObject, runtime: Runtime) {
  const source = fromGateway(outputs, object.key, functions[runtime]);
  try {
    return await timeDownload(source, object);
  } finally {
    source.close();
  }
}

/** One round more than asked for: what is measured in the first, when everything starts, is not kept. */
async function inTurn(rounds: number, measure: (runtime: Runtime) => Promise<number>): Promise<Samples> {
  const samples: Record<Runtime, number[]> = { nodejs: [], "python-fastapi": [], "python-stdlib": [] };
  for (let round = 0; round <= rounds; round++) {
    for (const runtime of runtimes) samples[runtime].push(await measure(runtime));
  }
  for (const runtime of runtimes) samples[runtime].shift();
  return samples;
}

/** The result as a Markdown table: the middle of each figure, and its bad end where there are enough samples. */
export function runtimesTable(result: RuntimesResult): string {
  const cell = (samples: readonly number[], better: "higher" | "lower") =>
    samples.length === 1
      ? figure(samples[0] ?? NaN)
      : [50, 99].map((percent) => figure(percentile(samples, percent, better))).join(" / ");
  const row = (title: string, samples: Samples, better: "higher" | "lower" = "lower") =>
    `| ${[title, ...runtimes.map((runtime) => cell(samples[runtime], better))].join(" | ")} |`;
  return [
    `| | ${runtimes.join(" | ")} |`,
    `|---${"|---".repeat(runtimes.length)}|`,
    row("throughput, MB/s, p50 / p99", result.megabytesPerSecond, "higher"),
    row("first byte, warm, ms, p50 / p99", result.firstByteMilliseconds),
    row("first byte, cold, ms, p50 / p99", result.coldFirstByteMilliseconds),
    row("memory after the downloads, MB", result.residentMegabytes),
    row("deployment package, bytes", result.packageBytes),
  ].join("\n");
}

if (process.argv[1] === import.meta.filename) {
  console.log(machineReport(describeMachine()));
  console.log(runtimesTable(await measureRuntimes()));
}
