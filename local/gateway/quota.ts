import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";
import type { RecordedResource } from "../graph/resource-graph.ts";

const DAY_MILLISECONDS = 86_400_000;

/** 1 January 1970 was a Thursday; AWS does not say when a week begins, Sunday is taken here. */
const DAYS_FROM_SUNDAY_TO_EPOCH = 4;

const periods: Readonly<Record<string, (date: Date) => string | number>> = {
  DAY: (date) => Math.floor(date.getTime() / DAY_MILLISECONDS),
  WEEK: (date) => Math.floor((date.getTime() / DAY_MILLISECONDS + DAYS_FROM_SUNDAY_TO_EPOCH) / 7),
  MONTH: (date) => date.toISOString().slice(0, "2026-11".length),
};

/** Quota of one key for a calendar day, week or month (UTC); kept in memory. */
export class Quota {
  readonly #limit: number;
  readonly #periodOf: (date: Date) => string | number;
  readonly #now: () => number;
  #period: string | number;
  #used: number;

  private constructor(
    limit: number,
    offset: number,
    periodOf: (date: Date) => string | number,
    now: () => number,
  ) {
    this.#limit = limit;
    this.#periodOf = periodOf;
    this.#now = now;
    this.#period = periodOf(new Date(now()));
    this.#used = offset;
  }

  /** The quota a usage plan gives to each of its keys; `undefined` when it has none. */
  static ofUsagePlan(usagePlan: RecordedResource, now: () => number): Quota | undefined {
    const settings = Properties.inputs(usagePlan).nested("quotaSettings");
    const limit = settings.number("limit");
    if (limit === undefined) return undefined;
    const period = settings.requiredString("period");
    const periodOf = periods[period];
    if (periodOf === undefined) {
      throw new GraphError(usagePlan, `quotaSettings.period is ${period}, not DAY, WEEK or MONTH`);
    }
    // The offset counts against the first period only.
    return new Quota(limit, settings.number("offset") ?? 0, periodOf, now);
  }

  /** @returns Whether one more request is within the quota. */
  take(): boolean {
    const period = this.#periodOf(new Date(this.#now()));
    if (period !== this.#period) {
      this.#period = period;
      this.#used = 0;
    }
    if (this.#used >= this.#limit) return false;
    this.#used += 1;
    return true;
  }
}
