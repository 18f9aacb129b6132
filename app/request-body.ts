import type { IncomingMessage } from "node:http";
import getRawBody from "raw-body";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import { Refusal } from "../core/refusal.ts";

/**
 * Reads the body of a request to its end.
 *
 * @throws Refusal `payload_too_large`; ReaderGoneError when the caller leaves before the end.
 */
export async function readRequestBody(request: IncomingMessage, largestBytes: number): Promise<Buffer> {
  try {
    const length = request.headers["content-length"] ?? null;
    return await getRawBody(request, { length, limit: largestBytes });
  } catch (error) {
    const type = error instanceof Error && "type" in error ? error.type : undefined;
    if (type === "entity.too.large") {
      // Left unread it would stand in the way of the connection's next request.
      request.resume();
      throw new Refusal("payload_too_large", `At most ${largestBytes} bytes are taken as a request body.`);
    }
    if (type === "request.aborted") throw new ReaderGoneError("reader_closed");
    throw error;
  }
}
