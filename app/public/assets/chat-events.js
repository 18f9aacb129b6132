/**
 * One line of a chat answer. The last is `done` or `error`.
 *
 * @typedef {object} ChatEvent
 * @property {string} [data]
 * @property {string} [reasoning]
 * @property {{ stopReason: string, usage?: { outputTokens: number } }} [done]
 * @property {{ code: string, message: string }} [error]
 */

/** The answer stopped before its last event: what has come of it is not the whole. */
export class CutAnswerError extends Error {}

/**
 * Reads JSON lines as they arrive.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<ChatEvent, void>}
 * @throws CutAnswerError
 */
export async function* readChatEvents(body) {
  let last;
  for await (const line of readLines(body)) {
    last = parse(line);
    yield last;
  }
  if (!last?.done && !last?.error) throw new CutAnswerError();
}

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} body */
async function* readLines(body) {
  // Not `for await` over the stream itself, which not every browser knows.
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new CutAnswerError("", { cause });
    });
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/**
 * @param {string} line
 * @returns {ChatEvent}
 */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new CutAnswerError("", { cause });
  }
}
