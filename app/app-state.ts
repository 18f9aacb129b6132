import type Koa from "koa";
import type { RequestLogEntry } from "../core/request-log.ts";

/** What the parts of the app tell each other, and in the end the log, of a request. */
export interface AppState {
  /** The pattern of the path, which itself may hold an object's key. Format: `/download/{key}`. */
  route: string;
  /** Nobody needs to read about it unless it fails. */
  isProbe: boolean;
  /** Why the answer is an error. */
  error: unknown;
  /** Why an answer that had begun was broken off. */
  breakage: Error | undefined;
  bytesHandedOver: number;
  /** When status and headers were sent, on the clock of `performance.now()`. */
  begunAt: number | undefined;
  /** Adds what only the route knows, once the response is closed. */
  describe: (entry: RequestLogEntry) => RequestLogEntry;
}

export function createAppState(): AppState {
  return {
    route: "unknown",
    isProbe: false,
    error: undefined,
    breakage: undefined,
    bytesHandedOver: 0,
    begunAt: undefined,
    describe: (entry) => entry,
  };
}

/** Koa's context with our state, and without the `any` of Koa's defaults. */
export type AppContext = Koa.ParameterizedContext<AppState, object>;

export type AppMiddleware = Koa.Middleware<AppState, object>;
