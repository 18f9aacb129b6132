import { EventStreamCodec } from "@smithy/eventstream-codec";
import test from "ava";
import fc from "fast-check";
import {
  FrameSplitter,
  MalformedFrameError,
  type Frame,
} from "../../../core/chat-stream/event-stream-frames.ts";
import { cutInto, pieceLengths } from "../../helpers/chat-events.ts";

/** AWS's own reader and writer of messages, which judges ours. */
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

const header = fc.oneof(
  fc.record({ type: fc.constant("boolean" as const), value: fc.boolean() }),
  fc.record({ type: fc.constant("byte" as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ type: fc.constant("short" as const), value: fc.integer({ min: -32_768, max: 32_767 }) }),
  fc.record({ type: fc.constant("integer" as const), value: fc.integer() }),
  fc.record({ type: fc.constant("binary" as const), value: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ type: fc.constant("string" as const), value: fc.string({ unit: "grapheme", maxLength: 40 }) }),
  fc.record({ type: fc.constant("timestamp" as const), value: fc.date({ noInvalidDate: true }) }),
  fc.record({ type: fc.constant("uuid" as const), value: fc.uuid() }),
);
const name = fc.oneof(
  fc.constantFrom(":message-type", ":event-type", ":content-type"),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }),
);
const messages = fc.array(
  fc.record({
    headers: fc.dictionary(name, header, { maxKeys: 5, noNullPrototype: true }),
    body: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 6 },
);

type Messages = typeof messages extends fc.Arbitrary<infer T> ? T : never;

const encode = (list: Messages) => list.map((message) => Buffer.from(codec.encode(message)));

/** What our splitter and AWS's codec are compared by. */
const ofOurs = ({ headers, payload }: Frame) => ({
  headers: Object.fromEntries(headers),
  body: payload.toString("hex"),
});
function ofTheirs(frame: Uint8Array) {
  const { headers, body } = codec.decode(frame);
  const strings = Object.entries(headers).flatMap(([key, { type, value }]) =>
    type === "string" ? [[key, value] as const] : [],
  );
  return { headers: Object.fromEntries(strings), body: Buffer.from(body).toString("hex") };
}

function split(bytes: Uint8Array, lengths: readonly number[] = []) {
  const splitter = new FrameSplitter();
  const frames = cutInto(bytes, lengths).flatMap((piece) => splitter.push(Buffer.from(piece)));
  return { frames: frames.map(ofOurs), isInsideFrame: splitter.isInsideFrame };
}

test("any messages in any pieces are read as AWS's codec reads them", (t) => {
  fc.assert(
    fc.property(messages, pieceLengths, (list, lengths) => {
      const frames = encode(list);
      t.deepEqual(split(Buffer.concat(frames), lengths), {
        frames: frames.map(ofTheirs),
        isInsideFrame: false,
      });
    }),
    { numRuns: 300 },
  );
});

test("a message with any bit wrong is refused, as AWS's codec refuses it", (t) => {
  fc.assert(
    fc.property(messages, fc.nat(), fc.integer({ min: 0, max: 7 }), (list, position, bit) => {
      const [frame] = encode(list);
      if (frame === undefined) return;
      const at = position % frame.length;
      frame[at] = (frame[at] ?? 0) ^ (1 << bit);
      t.throws(() => codec.decode(frame));
      t.throws(() => split(frame), { instanceOf: MalformedFrameError });
    }),
    { numRuns: 300 },
  );
});

test("whatever bytes come, they are refused or waited on", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        t.is(split(bytes).frames.length, 0);
      } catch (error) {
        t.true(error instanceof MalformedFrameError);
      }
    }),
  );
});

test("an answer that is cut anywhere ends inside a message, or between two", (t) => {
  const frames = encode([
    { headers: { ":message-type": { type: "string", value: "event" } }, body: Buffer.from("{}") },
    { headers: {}, body: Buffer.alloc(0) },
  ]);
  const bytes = Buffer.concat(frames);
  const ends = [0, frames[0]?.length, bytes.length];
  for (let length = 0; length <= bytes.length; length += 1) {
    t.is(split(bytes.subarray(0, length)).isInsideFrame, !ends.includes(length));
  }
});
