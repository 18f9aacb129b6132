import { ClientError } from "./client-error.ts";

/**
 * Reads a body piece by piece. Leaving the loop ends the response.
 *
 * @param message Message of the error for a connection that breaks.
 * @throws ClientError `truncated`; the signal's reason once it is aborted.
 */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  message: string,
): AsyncGenerator<Uint8Array, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ClientError("truncated", message, { cause: error });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
