/** What one side of a comparison was measured at, in order of measuring. */
export interface Series {
  readonly name: string;
  readonly samples: readonly number[];
}

/** A promise about a measured value. */
export interface Target {
  readonly quantity: string;
  readonly value: number;
  readonly unit: "" | Unit;
  readonly bound: "at least" | "at most" | "below";
  readonly limit: number;
}

export type Unit = "MB/s" | "MB" | "kB" | "s" | "ms" | "bytes" | "events/s";

/** The answer to one question. */
export interface Measurement {
  readonly question: string;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  readonly baseline: Series;
  readonly subject: Series;
  readonly targets: readonly Target[];
}

/**
 * Measures both sides in turn, so that whatever else the machine does falls on both; who goes first changes with
 * each round.
 *
 * @param rounds Samples of each side.
 * @param warmups Rounds before them that are not kept.
 */
export async function alternate<Sample>(
  { rounds, warmups }: { readonly rounds: number; readonly warmups: number },
  measureBaseline: () => Promise<Sample>,
  measureSubject: () => Promise<Sample>,
): Promise<{ baseline: Sample[]; subject: Sample[] }> {
  const baseline: Sample[] = [];
  const subject: Sample[] = [];
  for (let round = -warmups; round < rounds; round++) {
    const inTurn = [
      async () => baseline.push(await measureBaseline()),
      async () => subject.push(await measureSubject()),
    ];
    for (const measure of round % 2 === 0 ? inTurn : inTurn.reverse()) await measure();
  }
  return { baseline: baseline.slice(warmups), subject: subject.slice(warmups) };
}

/**
 * The sample that this share of all samples are as good as or better than: the 99th percentile is always the slow
 * end. By nearest rank, so it is a value that was measured.
 *
 * @param percent Above 0, up to 100.
 * @throws RangeError when there are no samples.
 */
export function percentile(
  samples: readonly number[],
  percent: number,
  better: Measurement["better"],
): number {
  const bestFirst = samples.toSorted((a, b) => (better === "higher" ? b - a : a - b));
  const sample = bestFirst[Math.ceil((percent / 100) * bestFirst.length) - 1];
  if (sample === undefined) throw new RangeError("no samples");
  return sample;
}

/** The middle of each side, and how the subject's compares. */
export function compareMedians({ baseline, subject, better }: Omit<Measurement, "targets">): {
  readonly baseline: number;
  readonly subject: number;
  readonly ratio: number;
} {
  const medians = {
    baseline: percentile(baseline.samples, 50, better),
    subject: percentile(subject.samples, 50, better),
  };
  return { ...medians, ratio: medians.subject / medians.baseline };
}

export function isMet({ value, bound, limit }: Target): boolean {
  if (bound === "at least") return value >= limit;
  return bound === "at most" ? value <= limit : value < limit;
}
