import type { Machine } from "./machine.ts";
import { compareMedians, isMet, type Measurement, percentile, type Series, type Target } from "./measure.ts";

/** The machine, in one line. */
export function machineReport({ cpu, cores, memoryGigabytes, system, node, load }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGigabytes} GB; ${system}; Node.js ${node}; load ${load.toFixed(2)}`;
}

/** What was measured, for a person to read. */
export function measurementReport(measurement: Measurement): string {
  const { question, baseline, subject, targets } = measurement;
  const width = Math.max(baseline.name.length, subject.name.length);
  const side = (role: string, series: Series) => sideLine(measurement, role, series, width);
  return [
    question,
    side("baseline", baseline),
    side("subject ", subject),
    `  subject / baseline (p50): ${figure(compareMedians(measurement).ratio)}`,
    `  subject - baseline: p50 ${difference(measurement, 50)}, p99 ${difference(measurement, 99)}`,
    ...targets.map(targetLine),
  ].join("\n");
}

function sideLine(
  { unit, better }: Measurement,
  role: string,
  { name, samples }: Series,
  width: number,
): string {
  const [p50, p99] = [50, 99].map((percent) => figure(percentile(samples, percent, better)));
  return `  ${role}  ${name.padEnd(width)}  p50 ${p50} ${unit}, p99 ${p99} ${unit}, n ${samples.length}`;
}

function difference({ unit, better, baseline, subject }: Measurement, percent: number): string {
  const of = ({ samples }: Series) => percentile(samples, percent, better);
  return `${figure(of(subject) - of(baseline))} ${unit}`;
}

/** Whether a target is met, and by what. */
export function targetLine(target: Target): string {
  const { quantity, value, unit, bound, limit } = target;
  const measured = [figure(value), unit].join(" ").trim();
  return `  ${isMet(target) ? "met" : "NOT MET"}: ${quantity} ${measured}, ${bound} ${limit}`;
}

/** Three significant digits; no sample here is worth more. */
export function figure(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
