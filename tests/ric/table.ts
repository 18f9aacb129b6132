import { bufferedRows } from "./buffered-rows.ts";
import { connectionRows } from "./connection-rows.ts";
import { loadingRows } from "./loading-rows.ts";
import type { Interference, Observation } from "./observed-runtime.ts";
import { streamingRows } from "./streaming-rows.ts";

/** One case that every runtime client must meet alike. */
export interface Row {
  readonly title: string;
  /** The function's code. A handler answers the event `"again"` well, so that the process shows it lives. */
  readonly files: Readonly<Record<string, string>>;
  /** `index.handler` when left out. */
  readonly handler?: string;
  /** The first event, as JSON; `{}` when left out. */
  readonly event?: string;
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly interference?: Interference;
  /** How the first poll is answered, when not with an event. */
  readonly poll?: "drop" | "refuse";
  /** Sent to the process while it waits for an event. */
  readonly endAtPoll?: NodeJS.Signals;
  /** Compares what the runtime writes to its standard output, too. */
  readonly logs?: boolean;
  readonly expected: Observation;
}

/** The conformance table: what AWS's own runtime client does, measured, and ours must do. */
export const table: readonly Row[] = [...streamingRows, ...bufferedRows, ...connectionRows, ...loadingRows];
