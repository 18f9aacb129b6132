import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRequest, HttpResponse, HttpService } from "../core/http.ts";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import type { AppContext, AppState } from "./app-state.ts";

/** A response to be sent. */
type Answer = Pick<HttpResponse, "status" | "headers" | "body">;

/** A request's headers by lower-case name, the values of a repeated one joined by `, `. */
export function headersOf({ headersDistinct }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(", ")]),
  );
}

/**
 * Answers a request without a body.
 *
 * @param request What of the request only the route knows.
 * @throws ReaderGoneError when the connection is closed before the end; what the body throws.
 */
export async function serve(
  ctx: AppContext,
  service: HttpService,
  request: Pick<HttpRequest, "path" | "signal">,
): Promise<void> {
  const query = Object.fromEntries(new URLSearchParams(ctx.querystring));
  const { method, headersDistinct: headers } = ctx.req;
  const response = await service({
    method: method ?? "",
    query,
    headers,
    body: new Uint8Array(),
    ...request,
  });
  ctx.state.error = response.error;
  ctx.state.describe = (entry) => ({ ...entry, ...response.logFields(entry) });
  // Nobody is left to be answered, or the server has to stop.
  request.signal.throwIfAborted();
  await send(ctx, response);
}

/** Sets status and headers, to be sent with the first byte. */
export function setHead(ctx: AppContext, { status, headers }: Answer): void {
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) {
    // Another part may have found something else that the answer varies by.
    if (name === "Vary") ctx.vary(value);
    else ctx.set(name, value);
  }
}

/**
 * Sends an answer at its reader's pace. Status and headers go out at once.
 *
 * @throws ReaderGoneError when the connection is closed before the end; what the body throws.
 */
export async function send(ctx: AppContext, answer: Answer): Promise<void> {
  setHead(ctx, answer);
  if (answer.body === undefined) return;
  ctx.respond = false;
  ctx.res.flushHeaders();
  ctx.state.begunAt = performance.now();
  await sendBody(ctx.res, answer.body, ctx.state);
}

async function sendBody(
  response: ServerResponse,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  state: AppState,
): Promise<void> {
  const closed = new AbortController();
  response.once("close", () => closed.abort(new ReaderGoneError("reader_closed")));
  // A write that crosses the reader's leaving fails, which `close` tells as well.
  response.on("error", () => {});
  for await (const chunk of body) {
    closed.signal.throwIfAborted();
    state.bytesHandedOver += chunk.length;
    if (response.write(chunk)) continue;
    await once(response, "drain", { signal: closed.signal }).catch(() => undefined);
    closed.signal.throwIfAborted();
  }
  response.end();
}
