import { percentile } from "../measure.ts";
import { figure } from "../report.ts";
import type { PeerResult } from "./measure-peers.ts";
import type { PeerSample } from "./running-service.ts";

const MEGABYTE = 1_000_000;
const KILOBYTE = 1000;

/** One figure of a sample. */
type Quantity = (sample: PeerSample) => number;

export const processorPerThousandTokens: Quantity = ({ processorMilliseconds, tokens }) =>
  (processorMilliseconds / tokens) * 1000;
export const tokenAgeP99: Quantity = ({ tokenAge }) => tokenAge.p99;

/** The middle of a figure over all samples. */
export function median(samples: readonly PeerSample[], quantity: Quantity): number {
  return percentile(samples.map(quantity), 50, "lower");
}

/** Markdown tables of the medians: one of each number of streams, then openings and memory. */
export function peersReport(results: readonly PeerResult[]): string {
  const counts = results[0]?.loads.map(({ streams }) => streams) ?? [];
  return [...counts.map((streams) => loadTable(results, streams)), openingTable(results)].join("\n\n");
}

function loadTable(results: readonly PeerResult[], streams: number): string {
  return table(
    [
      `${streams} streams`,
      "processor time per 1,000 tokens",
      "token age p50 / p99",
      "first token p50",
      "memory: start -> peak",
      "whole answers",
    ],
    results.map(({ name, loads }) => {
      const samples = loads.find((load) => load.streams === streams)?.samples ?? [];
      const [p50, p99] = [median(samples, ({ tokenAge }) => tokenAge.p50), median(samples, tokenAgeP99)];
      const [before, peak] = [
        median(samples, ({ residentBytes }) => residentBytes.before / MEGABYTE),
        median(samples, ({ residentBytes }) => residentBytes.peak / MEGABYTE),
      ];
      return [
        name,
        `${figure(median(samples, processorPerThousandTokens))} ms`,
        `${figure(p50)} / ${figure(p99)} ms`,
        `${figure(median(samples, ({ firstToken }) => firstToken.p50))} ms`,
        `${figure(before)} -> ${figure(peak)} MB`,
        wholeOf(samples),
      ];
    }),
  );
}

function openingTable(results: readonly PeerResult[]): string {
  const asked = results[0]?.openings[0];
  return table(
    [
      `${(asked?.whole ?? 0) + (asked?.failed ?? 0)} opened at once`,
      "first token p50 / p99",
      "processor time per answer",
      "whole answers",
      "memory of a fresh process",
      "memory per further stream",
    ],
    results.map(({ name, openings, memory }) => [
      name,
      `${figure(median(openings, ({ firstToken }) => firstToken.p50))} / ${figure(median(openings, ({ firstToken }) => firstToken.p99))} ms`,
      `${figure(median(openings, ({ processorMilliseconds, whole }) => processorMilliseconds / whole))} ms`,
      wholeOf(openings),
      `${figure(
        median(
          memory.map(({ few }) => few),
          ({ residentBytes }) => residentBytes.before / MEGABYTE,
        ),
      )} MB`,
      `${figure(percentile(memory.map(bytesPerStream), 50, "lower") / KILOBYTE)} kB`,
    ]),
  );
}

/** Memory of each stream between the few and the many. Unit: bytes. */
export function bytesPerStream({ few, many }: PeerResult["memory"][number]): number {
  return (
    (many.residentBytes.peak - few.residentBytes.peak) / (many.whole + many.failed - few.whole - few.failed)
  );
}

function wholeOf(samples: readonly PeerSample[]): string {
  const whole = samples.reduce((sum, sample) => sum + sample.whole, 0);
  return `${whole} of ${whole + samples.reduce((sum, sample) => sum + sample.failed, 0)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
