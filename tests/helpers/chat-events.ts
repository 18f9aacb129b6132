import fc from "fast-check";
import type { ChatDecoder, ChatEncoder } from "../../contract/chat-codec.ts";
import type { ChatEvent } from "../../contract/chat.ts";

/** How an answer ends when it is whole. */
export const done = {
  type: "done",
  stopReason: "end_turn",
  usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
  latencyMs: 12,
  timeToFirstTokenMs: 7,
} as const satisfies ChatEvent;

/** How an answer ends that failed under way. */
export const failure = {
  type: "error",
  code: "upstream_error",
  message: 'Not "whole".\nStill: \u2028 no.',
} as const satisfies ChatEvent;

/** Every 16-bit unit there is, the awkward ones more often: halves of pairs, line ends, what the formats are made of. */
const unit = fc.oneof(
  fc.constantFrom(
    "\r",
    "\n",
    "\r\n",
    " ",
    ":",
    "\0",
    "\u2028",
    "\uFEFF",
    "\uD83D",
    "\uDE00",
    "😀",
    "日",
    "é",
  ),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.string({ unit: "grapheme", maxLength: 5 }),
);

/** A text in deltas of a few units each: characters and line ends are often cut in two. */
const deltas = fc
  .tuple(
    fc.array(unit, { maxLength: 20 }).map((units) => units.join("")),
    fc.array(fc.tuple(fc.constantFrom("text", "reasoning", "heartbeat"), fc.nat({ max: 3 })), {
      maxLength: 30,
    }),
  )
  .map(([text, cuts]) => {
    let start = 0;
    return cuts.map(([type, length]): ChatEvent =>
      type === "heartbeat" ? { type } : { type, text: text.slice(start, (start += length)) },
    );
  });

/** The events of a whole answer. */
export const answers: fc.Arbitrary<ChatEvent[]> = fc
  .tuple(deltas, fc.constantFrom<ChatEvent>(done, failure))
  .map(([before, last]) => [...before, last]);

/** Lengths of the pieces in which bytes arrive; what is left over arrives as one more piece. */
export const pieceLengths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 300 });

/** Bytes cut without regard for what they mean. */
export function cutInto(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let start = 0;
  const pieces = lengths.map((length) => bytes.subarray(start, (start += length)));
  return [...pieces, bytes.subarray(start)];
}

/** What goes over the wire for an answer. */
export function encodeAll(encoder: ChatEncoder, events: readonly ChatEvent[]): Buffer {
  return Buffer.concat(events.map((event) => Buffer.from(encoder.encode(event))));
}

/** The events read from pieces of an answer that has ended. */
export function decodeAll(decoder: ChatDecoder, pieces: readonly Uint8Array[]): ChatEvent[] {
  const events = pieces.flatMap((piece) => decoder.push(piece));
  decoder.end();
  return events;
}

/** All the text of one kind in an answer, however it is cut into deltas. */
export function textOf(events: readonly ChatEvent[], type: "text" | "reasoning" = "text"): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}
