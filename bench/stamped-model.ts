import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { EVENT_STREAM, eventFrame } from "../local/bedrock/frames.ts";
import { requestId, type Responder } from "../local/bedrock/responder.ts";

/** How many answers the stamped model gives at a time, and what they are like. */
export interface StampedModelOptions {
  /** Answers that have to be under way before any of them goes on, and at their last token before any of them ends. */
  readonly streams: number;
  /** Stamped tokens of one answer. */
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

/** The token that begins an answer and shows its reader that it is under way. */
export const OPENING = "open ";

/**
 * Answers with tokens that are the time each of them is sent at, in place of the scripted model.
 *
 * After its opening an answer waits until all are open. Then they go on side by side, their tokens spread evenly: were
 * all sent at the same moment, they would wait for one another rather than for what is measured. For the same reason
 * none ends before all have sent their last token: independent callers' answers do not end all at once either.
 */
export function stampedModel({ streams, tokens, tokensPerSecond }: StampedModelOptions): Responder {
  const allOpen = meetingOf(streams);
  const allSent = meetingOf(streams);
  const tokenMilliseconds = 1000 / tokensPerSecond;
  return async ({ answer }) => {
    const signal = answer.closed;
    const send = (eventType: string, payload: object) => answer.write(eventFrame(eventType, payload));
    const sendText = (text: string) => send("contentBlockDelta", { contentBlockIndex: 0, delta: { text } });
    answer.begin(200, { "content-type": EVENT_STREAM, ...requestId() });
    await send("messageStart", { role: "assistant" });
    await sendText(OPENING);

    const place = await allOpen(signal);
    const startedAt = performance.now() + (place / streams) * tokenMilliseconds;
    for (let index = 0; index < tokens; index++) {
      await sleep(startedAt + index * tokenMilliseconds - performance.now(), undefined, { signal });
      await sendText(stamp());
    }
    // An end comes when the next token would, not with the last.
    await sleep(tokenMilliseconds, undefined, { signal });
    await allSent(signal);
    await send("contentBlockStop", { contentBlockIndex: 0 });
    await send("messageStop", { stopReason: "end_turn" });
    const usage = { inputTokens: 1, outputTokens: tokens + 1, totalTokens: tokens + 2 };
    await send("metadata", { usage, metrics: { latencyMs: Math.round(performance.now() - startedAt) } });
    answer.end();
  };
}

/**
 * Where some wait for one another. The next as many can meet there again.
 *
 * @returns Resolves when all have come, with one's place in the order of their coming; 0 is the first.
 */
function meetingOf(size: number): (signal: AbortSignal) => Promise<number> {
  const meeting = new EventEmitter().setMaxListeners(size);
  let present = 0;
  return async (signal) => {
    const place = present++;
    const complete = once(meeting, "complete", { signal });
    if (present === size) {
      present = 0;
      meeting.emit("complete");
    }
    await complete;
    return place;
  };
}

/** The time by the system's monotonic clock, which is the same in every process. */
function stamp(): string {
  return `${process.hrtime.bigint()} `;
}

/** @returns How long ago a token was stamped; `undefined` for text that is not exactly one stamp. */
export function millisecondsSince(stamp: string): number | undefined {
  const now = process.hrtime.bigint();
  return /^\d+ $/.test(stamp) ? Number(now - BigInt(stamp)) / 1e6 : undefined;
}
