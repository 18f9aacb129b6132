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

/** What the Runtime API saw of a runtime, from its start to its end or its second invocation. */
export interface Observation {
  /** The name of an error posted to `/init/error`. */
  readonly initError?: string;
  /** What came of the first invocation; a post that broke off is none. */
  readonly post?: Post;
  /** Whether the process answered a second invocation, or how it ended before. */
  readonly then: "served" | "ended" | `exit ${number}` | `signal ${string}`;
  /** What it wrote to its standard output, times and ids masked; only where the row asks. */
  readonly stdout?: string;
}

export interface Post {
  readonly to: "response" | "error";
  readonly mode?: "streaming";
  readonly contentType: string;
  readonly body: string;
  /** From the trailers of a response, or the body of an error. */
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
}

/** What the Runtime API does in the middle of the first response. */
export type Interference = "reset" | "finish" | "answer early" | "answer early and close";
