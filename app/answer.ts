import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import type { AppContext, AppState } from "./app-state.ts";

/** An answer to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks, each sent as soon as it is there and the reader has taken those before. */
  readonly body?: AsyncIterable<Uint8Array>;
}

/** A request's headers by lower-case name, the values of a repeated one joined by `, `. */
export function headersOf({ headersDistinct }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(", ")]),
  );
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
  body: AsyncIterable<Uint8Array>,
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
