import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import {
  measureSeedColdStart,
  measureSeedFirstByte,
  measureSeedMemory,
  measureSeedThroughput,
} from "./against-seed.ts";
import { measureChatEventsPerCore } from "./chat-events-per-core.ts";
import { measureChatMemory } from "./chat-memory.ts";
import { measureColdStart } from "./cold-start.ts";
import { projectFolder } from "./download-code.ts";
import { measureFirstByte } from "./first-byte.ts";
import { describeMachine } from "./machine.ts";
import { isMet, type Measurement } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { type PeersMeasurement, runPeers } from "./peers/index.ts";
import { machineReport, measurementReport, targetLine } from "./report.ts";
import { measureStartToReady } from "./start-to-ready.ts";
import { measureThroughput } from "./throughput.ts";
import { measureTokenLatency } from "./token-latency.ts";

/*
 * `npm run bench`, or `npm run bench -- NAME...` for single ones. Exits with 1 when a target is missed, with 2 when
 * there is no benchmark of a name.
 */

const benchmarks: Readonly<Record<string, () => Promise<Measurement>>> = {
  throughput: measureThroughput,
  memory: measureMemory,
  "first-byte": measureFirstByte,
  "cold-start": measureColdStart,
  "token-latency-1": () => measureTokenLatency({ streams: 1 }),
  "token-latency-20": () => measureTokenLatency({ streams: 20 }),
  "token-latency-50": () => measureTokenLatency({ streams: 50 }),
  "chat-token-latency-1": () => measureTokenLatency({ chatPath: "container", streams: 1 }),
  "chat-token-latency-50": () =>
    measureTokenLatency({ chatPath: "container", streams: 50, mostAddedMilliseconds: 10 }),
  // As many tokens a second in all as with 50 streams: two cores have no time for four times as many.
  "chat-token-latency-200": () =>
    measureTokenLatency({ chatPath: "container", streams: 200, tokens: 50, tokensPerSecond: 12.5 }),
  "chat-events-per-core": measureChatEventsPerCore,
  "chat-memory-per-stream": measureChatMemory,
  "start-to-ready": measureStartToReady,
  "seed-throughput": measureSeedThroughput,
  "seed-first-byte": measureSeedFirstByte,
  "seed-memory": measureSeedMemory,
  "seed-cold-start": measureSeedColdStart,
};

/** Takes forty minutes and other people's services, so it runs only when it is named. */
const PEERS = "peers";

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benchmarks);
const known = [...Object.keys(benchmarks), PEERS];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  process.exitCode = 2;
} else {
  await run();
}

async function run(): Promise<void> {
  // An orderly exit, which takes the sample objects away.
  process.once("SIGINT", () => process.exit(130));
  const machine = describeMachine();
  console.log(machineReport(machine));
  const measurements: Record<string, Measurement | PeersMeasurement> = {};
  for (const name of names) {
    if (name === PEERS) {
      const peers = await runPeers(samplesFolder());
      measurements[name] = peers;
      console.log(`\n${peers.report}\n\n${peers.targets.map(targetLine).join("\n")}`);
    }
    const measurement = await benchmarks[name]?.();
    if (measurement === undefined) continue;
    measurements[name] = measurement;
    console.log(`\n${name}: ${measurementReport(measurement)}`);
  }
  console.log(`\nRaw samples: ${relative(process.cwd(), writeSamples({ machine, measurements }))}`);
  const isEveryTargetMet = Object.values(measurements).every(({ targets }) => targets.every(isMet));
  process.exitCode = isEveryTargetMet ? 0 : 1;
}

/** @returns The file they are in. */
function writeSamples(results: object): string {
  const measuredAt = new Date().toISOString();
  const file = join(samplesFolder(), `${measuredAt.replaceAll(":", "-")}.json`);
  writeFileSync(file, `${JSON.stringify({ measuredAt, ...results }, null, 2)}\n`);
  return file;
}

function samplesFolder(): string {
  const folder = join(projectFolder, ".streamgate", "bench");
  mkdirSync(folder, { recursive: true });
  return folder;
}
