/** What can be chosen, each with its choices. */
export type Factors = Readonly<Record<string, readonly string[]>>;

/** One choice of each factor. */
export type Row = Readonly<Record<string, string>>;

export interface CoveringArray {
  readonly rows: readonly Row[];
  /** Pairs of choices that no row may have. Format: `chat=true, downloads=false`. */
  readonly impossible: readonly string[];
}

/** Rows tried for a pair before it counts as impossible. */
const TRIES = 25;

/**
 * Rows in which every pair of choices of two factors stands at least once; the same ones on every run.
 *
 * @param isAllowed What a row must satisfy: not every choice goes together with every other.
 */
export function coveringArray(factors: Factors, isAllowed: (row: Row) => boolean): CoveringArray {
  const open = new Set(pairsOf(factors));
  const random = numbersFrom(1);
  const rows: Row[] = [];
  const impossible: string[] = [];
  for (let pair = first(open); pair !== undefined; pair = first(open)) {
    const row = bestRow(factors, pair, { open, random, isAllowed });
    if (row === undefined) {
      impossible.push(pair);
      open.delete(pair);
      continue;
    }
    rows.push(row);
    for (const covered of pairsIn(row)) open.delete(covered);
  }
  return { rows, impossible };
}

interface Search {
  readonly open: ReadonlySet<string>;
  readonly random: () => number;
  readonly isAllowed: (row: Row) => boolean;
}

/** Of several rows with the pair, the allowed one that has the most pairs no other row has yet. */
function bestRow(factors: Factors, pair: string, { open, random, isAllowed }: Search): Row | undefined {
  const fixed = Object.fromEntries(pair.split(", ").map(splitChoice));
  let best: { readonly row: Row; readonly gain: number } | undefined;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const row = Object.fromEntries(
      Object.entries(factors).map(([name, choices]) => [
        name,
        fixed[name] ?? choices[Math.floor(random() * choices.length)] ?? "",
      ]),
    );
    if (!isAllowed(row)) continue;
    const gain = pairsIn(row).filter((each) => open.has(each)).length;
    if (best === undefined || gain > best.gain) best = { row, gain };
  }
  return best?.row;
}

function pairsOf(factors: Factors): string[] {
  const entries = Object.entries(factors);
  return entries.flatMap(([name, choices], index) =>
    entries
      .slice(index + 1)
      .flatMap(([other, others]) =>
        choices.flatMap((choice) => others.map((each) => `${name}=${choice}, ${other}=${each}`)),
      ),
  );
}

function pairsIn(row: Row): string[] {
  return pairsOf(Object.fromEntries(Object.entries(row).map(([name, choice]) => [name, [choice]])));
}

function splitChoice(choice: string): [name: string, value: string] {
  const [name = "", value = ""] = choice.split("=");
  return [name, value];
}

function first(set: ReadonlySet<string>): string | undefined {
  return set.values().next().value;
}

/** Numbers from 0 to below 1 that look like chance. Source: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
