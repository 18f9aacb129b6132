import test from "ava";
import fc from "fast-check";
import { MalformedChatError, TruncatedChatError } from "../../contract/chat-codec.ts";
import type { ChatEvent } from "../../contract/chat.ts";
import { NdjsonDecoder, NdjsonEncoder } from "../../contract/ndjson.ts";
import {
  answers,
  cutInto,
  decodeAll,
  done,
  encodeAll,
  failure,
  pieceLengths,
  textOf,
} from "../helpers/chat-events.ts";

const text = (value: string): ChatEvent => ({ type: "text", text: value });
const read = (...pieces: string[]) =>
  decodeAll(
    new NdjsonDecoder(),
    pieces.map((piece) => Buffer.from(piece)),
  );

test("every event is a line of its own", (t) => {
  const encoder = new NdjsonEncoder();
  t.is(encoder.encode(text('a"\n')), '{"data":"a\\"\\n"}\n');
  t.is(encoder.encode({ type: "reasoning", text: "b" }), '{"reasoning":"b"}\n');
  t.is(
    encoder.encode(done),
    '{"done":{"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},' +
      '"latencyMs":12,"timeToFirstTokenMs":7}}\n',
  );
  t.is(
    new NdjsonEncoder().encode({ type: "error", code: "upstream_error", message: "m" }),
    '{"error":{"code":"upstream_error","message":"m"}}\n',
  );
});

test("a heartbeat is a space ahead of the next line, and an empty text is nothing", (t) => {
  const encoder = new NdjsonEncoder();
  t.is(encoder.encode({ type: "heartbeat" }), " ");
  t.is(encoder.encode(text("")), "");
});

test("a character cut in two by deltas arrives whole", (t) => {
  const encoder = new NdjsonEncoder();
  t.is(encoder.encode(text("a\uD83D")), '{"data":"a"}\n');
  t.is(encoder.encode({ type: "heartbeat" }), " ");
  t.is(encoder.encode(text("\uDE00b")), '{"data":"😀b"}\n');
});

test("what some readers take for a line's end is escaped, and half a character replaced", (t) => {
  const encoder = new NdjsonEncoder();
  t.is(
    encoder.encode(text("a\u0085b\u2028c\u2029d\v\f\x1c")),
    '{"data":"a\\u0085b\\u2028c\\u2029d\\u000b\\f\\u001c"}\n',
  );
  t.is(encoder.encode(text("a\uDE00b")), '{"data":"a\uFFFDb"}\n');
  t.is(encoder.encode(text("a\uD83D")), '{"data":"a"}\n');
  t.is(
    encoder.encode({ type: "error", code: "upstream_error", message: "m\u2028" }),
    '{"data":"\uFFFD"}\n{"error":{"code":"upstream_error","message":"m\\u2028"}}\n',
  );
});

test("bare JSON.parse reads every line, heartbeats included", (t) => {
  fc.assert(
    fc.property(answers, (events) => {
      const sent = encodeAll(new NdjsonEncoder(), events).toString();
      t.notRegex(sent, /[\u0085\u2028\u2029]/, "some readers end a line here");
      t.notRegex(sent, /\\u[dD][89a-fA-F]/, "some parsers refuse half a pair");
      const lines = sent.split("\n");
      t.is(lines.pop(), "");
      const values = lines.map(
        (line) => JSON.parse(line) as { data?: string; reasoning?: string; done?: object },
      );
      t.is(values.map(({ data = "" }) => data).join(""), textOf(events).toWellFormed());
      t.is(
        values.map(({ reasoning = "" }) => reasoning).join(""),
        textOf(events, "reasoning").toWellFormed(),
      );
    }),
  );
});

test("any text in any deltas is read back from any pieces", (t) => {
  fc.assert(
    fc.property(answers, pieceLengths, (events, lengths) => {
      const bytes = encodeAll(new NdjsonEncoder(), events);
      const arrived = decodeAll(new NdjsonDecoder(), cutInto(bytes, lengths));
      t.is(textOf(arrived), textOf(events).toWellFormed());
      t.is(textOf(arrived, "reasoning"), textOf(events, "reasoning").toWellFormed());
      t.deepEqual(arrived.at(-1), events.at(-1));
    }),
  );
});

test("an answer cut anywhere before its end is truncated", (t) => {
  const bytes = encodeAll(new NdjsonEncoder(), [text("日本"), { type: "heartbeat" }, done]);
  for (let length = 0; length < bytes.length; length++) {
    t.throws(() => decodeAll(new NdjsonDecoder(), [bytes.subarray(0, length)]), {
      instanceOf: TruncatedChatError,
    });
  }
  t.notThrows(() => decodeAll(new NdjsonDecoder(), [bytes]));
});

test("an error ends an answer as well as done does", (t) => {
  const bytes = encodeAll(new NdjsonEncoder(), [text("a"), failure]);
  t.deepEqual(decodeAll(new NdjsonDecoder(), [bytes]), [text("a"), failure]);
});

const doneLine =
  '{"done":{"stopReason":"s","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"latencyMs":1}}\n';

for (const malformed of [
  "<html>\n",
  "\n",
  "[]\n",
  "{}\n",
  '{"data":"a","x":1}\n',
  '{"data":1}\n',
  '{"reasoning":null}\n',
  '{"text":"a"}\n',
  '{"__proto__":"a"}\n',
  '{"done":{}}\n',
  '{"done":{"stopReason":"s","usage":{},"latencyMs":1}}\n',
  '{"error":{"code":"no_such_code","message":"m"}}\n',
  '{"error":{"code":"toString","message":"m"}}\n',
  `${doneLine}{"data":"a"}\n`,
  `${doneLine}\n`,
]) {
  test(`no answer: ${JSON.stringify(malformed)}`, (t) => {
    t.throws(() => read(malformed), { instanceOf: MalformedChatError });
  });
}

test("bytes that are not UTF-8 are no answer", (t) => {
  const bytes = Buffer.concat([Buffer.from('{"data":"'), Buffer.of(0xff), Buffer.from('"}\n')]);
  t.throws(() => new NdjsonDecoder().push(bytes), { instanceOf: MalformedChatError, message: /UTF-8/ });
});
