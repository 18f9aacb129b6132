import { join } from "node:path";
import { writeFileSync } from "node:fs";
import type { Target } from "../measure.ts";
import { percentile } from "../measure.ts";
import { measurePeers, type PeerResult } from "./measure-peers.ts";
import { peersChart } from "./peers-chart.ts";
import {
  bytesPerStream,
  median,
  peersReport,
  processorPerThousandTokens,
  tokenAgeP99,
} from "./peers-report.ts";
import type { PeerSample } from "./running-service.ts";

/** Names in `services.ts` that targets compare. */
const [FLOOR, OURS, ASYNC] = ["floor (bare Node.js)", "Streamgate", "seed, asyncio (FastAPI, aioboto3)"];

/** Figures of services that stream a model's answers, beside the container's. */
export interface PeersMeasurement {
  readonly results: readonly PeerResult[];
  readonly targets: readonly Target[];
  /** Markdown. */
  readonly report: string;
}

/** Measures all services that are installed. Writes the chart into the folder. */
export async function runPeers(chartFolder: string): Promise<PeersMeasurement> {
  const results = await measurePeers();
  writeFileSync(join(chartFolder, "peers.svg"), peersChart(results));
  return { results, targets: targetsOf(results), report: peersReport(results) };
}

/** The container's promises; those against a service that is not installed are left out. */
export function targetsOf(results: readonly PeerResult[]): Target[] {
  const find = (name: string | undefined) => results.find((result) => result.name === name);
  const [floor, ours, seed] = [find(FLOOR), find(OURS), find(ASYNC)];
  if (floor === undefined || ours === undefined) return [];
  const at = (result: PeerResult, streams: number) =>
    result.loads.find((load) => load.streams === streams)?.samples ?? [];
  const ratio = (
    quantity: (sample: PeerSample) => number,
    subject: readonly PeerSample[],
    base: readonly PeerSample[],
  ) => median(subject, quantity) / median(base, quantity);
  const memoryPerStream = percentile(ours.memory.map(bytesPerStream), 50, "lower") / 1000;
  return [
    {
      quantity: "processor time of 1,000 tokens at 200 streams, in the floor's",
      value: ratio(processorPerThousandTokens, at(ours, 200), at(floor, 200)),
      unit: "",
      bound: "at most",
      limit: 1.6,
    },
    {
      quantity: "token age p99 at 50 streams, above the floor's",
      value: median(at(ours, 50), tokenAgeP99) - median(at(floor, 50), tokenAgeP99),
      unit: "ms",
      bound: "at most",
      limit: 3,
    },
    {
      quantity: "memory of a further open stream",
      value: memoryPerStream,
      unit: "kB",
      bound: "at most",
      limit: 40,
    },
    {
      quantity: "memory at start",
      value: median(
        ours.memory.map(({ few }) => few),
        ({ residentBytes }) => residentBytes.before / 1e6,
      ),
      unit: "MB",
      bound: "below",
      limit: 65,
    },
    ...(seed === undefined
      ? []
      : ([
          {
            quantity: "processor time of 1,000 tokens at 200 streams, in the asyncio seed's",
            value: ratio(processorPerThousandTokens, at(ours, 200), at(seed, 200)),
            unit: "",
            bound: "at most",
            limit: 0.75,
          },
          {
            quantity: "token age p99 at 200 streams, in the asyncio seed's",
            value: ratio(tokenAgeP99, at(ours, 200), at(seed, 200)),
            unit: "",
            bound: "at most",
            limit: 1,
          },
          {
            quantity: "first token p50 of 200 opened at once, in the asyncio seed's",
            value: ratio(({ firstToken }) => firstToken.p50, at(ours, 200), at(seed, 200)),
            unit: "",
            bound: "at most",
            limit: 0.8,
          },
        ] as const)),
  ];
}
