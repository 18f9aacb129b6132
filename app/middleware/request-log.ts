import { ReaderGoneError } from "../../core/reader-gone-error.ts";
import { requestLogEntry, type RequestLogEntry } from "../../core/request-log.ts";
import { createAppState, type AppContext, type AppMiddleware } from "../app-state.ts";

/** The line of a request to the container. */
export interface ContainerLogEntry extends RequestLogEntry {
  /** Format: `/download/{key}`. */
  readonly route: string;
  /** As API Gateway and the load balancer log it. Format: `1-67891233-abcdef012345678912345678`. */
  readonly traceId?: string;
}

/** The caller left before there was a status: nginx's number for it, as HTTP has none. */
const CALLER_LEFT = 499;

/**
 * Leaves one line in the log for each request once its response is closed; for a health check only when it fails.
 *
 * @param writeLine Takes a line of the log, without its end.
 */
export function requestLog(writeLine: (line: string) => void): AppMiddleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    ctx.state = createAppState();
    const closed = new Promise((resolve) => ctx.res.once("close", resolve));
    await next();
    void closed.then(() => {
      const entry = describe(ctx, startedAt);
      if (entry.outcome === "handed_over" && ctx.state.isProbe) return;
      writeLine(JSON.stringify(entry));
    });
  };
}

function describe(ctx: AppContext, startedAt: number): RequestLogEntry {
  const { state, res } = ctx;
  const breakage =
    state.breakage ?? (res.writableFinished ? undefined : new ReaderGoneError("reader_closed"));
  const status = res.headersSent ? res.statusCode : CALLER_LEFT;
  const traceId = traceIdOf(ctx.get("X-Amzn-Trace-Id"));
  const { error, begunAt, bytesHandedOver } = state;
  const progress = { startedAt, begunAt, bytesHandedOver, breakage };
  const entry: ContainerLogEntry = {
    ...(traceId !== undefined && { traceId }),
    route: state.route,
    ...requestLogEntry(ctx.method, { status, error }, progress),
  };
  return state.describe(entry);
}

/** The caller can send this header too, so nothing else in it is logged. */
function traceIdOf(header: string): string | undefined {
  return /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/.exec(header)?.[1];
}
