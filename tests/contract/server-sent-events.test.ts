import test from "ava";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import fc from "fast-check";
import { MalformedChatError, TruncatedChatError } from "../../contract/chat-codec.ts";
import type { ChatEvent } from "../../contract/chat.ts";
import { ServerSentEventsDecoder, ServerSentEventsEncoder } from "../../contract/server-sent-events.ts";
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

/** What of a text the format can carry: no CR, and no half of a character. */
const carried = (value: string) => Buffer.from(value).toString().replaceAll(/\r\n?/g, "\n");

function parse(pieces: readonly Uint8Array[]): EventSourceMessage[] {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onError: (error) => {
      throw error;
    },
  });
  const utf8 = new TextDecoder();
  for (const piece of pieces) parser.feed(utf8.decode(piece, { stream: true }));
  return messages;
}

/** The line an answer begins with: no client is to connect again by itself. */
const RETRY = "retry: 2147483647\n";

/** An encoder that has sent its first line. */
function begunEncoder(): ServerSentEventsEncoder {
  const encoder = new ServerSentEventsEncoder();
  encoder.encode({ type: "heartbeat" });
  return encoder;
}

test("every event has its name and a data line for each line of text, and no id", (t) => {
  const encoder = begunEncoder();
  t.is(encoder.encode(text(" a\n\nb: c\n")), "event: data\ndata:  a\ndata: \ndata: b: c\ndata: \n\n");
  t.is(encoder.encode({ type: "reasoning", text: "b" }), "event: reasoning\ndata: b\n\n");
  t.is(
    encoder.encode(done),
    'event: done\ndata: {"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},' +
      '"latencyMs":12,"timeToFirstTokenMs":7}\n\n',
  );
  t.is(
    begunEncoder().encode({ type: "error", code: "upstream_error", message: "m\nn" }),
    'event: error\ndata: {"code":"upstream_error","message":"m\\nn"}\n\n',
  );
});

test("an answer begins by asking clients not to connect again", (t) => {
  for (const event of [{ type: "heartbeat" }, text("a"), failure] as const) {
    const encoder = new ServerSentEventsEncoder();
    t.is(encoder.encode(text("")), "");
    t.true(encoder.encode(event).startsWith(RETRY));
    t.false(encoder.encode(event).includes("retry:"));
  }
  t.is(new ServerSentEventsEncoder().encode(text("a")), `${RETRY}event: data\ndata: a\n\n`);
});

test("a heartbeat is a comment, and an empty text is nothing", (t) => {
  const encoder = begunEncoder();
  t.is(encoder.encode({ type: "heartbeat" }), ": \n\n");
  t.is(encoder.encode(text("")), "");
  t.is(encoder.encode(text("a")), "event: data\ndata: a\n\n");
});

test("a character cut in two by deltas arrives whole", (t) => {
  const encoder = begunEncoder();
  t.is(encoder.encode(text("\uD83D")), "");
  t.is(encoder.encode(text("\uDE00")), "event: data\ndata: 😀\n\n");
});

test("CR and CRLF become LF, also when a delta ends between the two", (t) => {
  const encoder = begunEncoder();
  t.is(encoder.encode(text("a\r\nb\r")), "event: data\ndata: a\ndata: b\ndata: \n\n");
  t.is(encoder.encode(text("\n")), "");
  t.is(encoder.encode(text("\nc")), "event: data\ndata: \ndata: c\n\n");
});

test("eventsource-parser reads any text in any deltas back from any pieces", (t) => {
  fc.assert(
    fc.property(answers, pieceLengths, (events, lengths) => {
      const messages = parse(cutInto(encodeAll(new ServerSentEventsEncoder(), events), lengths));
      const dataOf = (name: string) => messages.filter(({ event }) => event === name).map(({ data }) => data);
      t.is(dataOf("data").join(""), carried(textOf(events)));
      t.is(dataOf("reasoning").join(""), carried(textOf(events, "reasoning")));
      const { type, ...members } = events.at(-1) ?? done;
      t.deepEqual(JSON.parse(dataOf(type).join("")), members);
      t.true(messages.every(({ id }) => id === undefined));
    }),
  );
});

test("any text in any deltas is read back from any pieces", (t) => {
  fc.assert(
    fc.property(answers, pieceLengths, (events, lengths) => {
      const bytes = encodeAll(new ServerSentEventsEncoder(), events);
      const arrived = decodeAll(new ServerSentEventsDecoder(), cutInto(bytes, lengths));
      t.is(textOf(arrived), carried(textOf(events)));
      t.is(textOf(arrived, "reasoning"), carried(textOf(events, "reasoning")));
      t.deepEqual(arrived.at(-1), events.at(-1));
    }),
  );
});

test("an answer cut anywhere before its end is truncated", (t) => {
  const bytes = encodeAll(new ServerSentEventsEncoder(), [text("日本"), { type: "heartbeat" }, failure]);
  for (let length = 0; length < bytes.length; length++) {
    t.throws(() => decodeAll(new ServerSentEventsDecoder(), [bytes.subarray(0, length)]), {
      instanceOf: TruncatedChatError,
    });
  }
  t.notThrows(() => decodeAll(new ServerSentEventsDecoder(), [bytes]));
});

const doneFrame = encodeAll(new ServerSentEventsEncoder(), [done]).toString();

for (const malformed of [
  "<html>\n",
  "data\n",
  "id: 1\n",
  "data: a\r\n",
  "data: a\n\n",
  "event: ping\ndata: a\n\n",
  "event: done\ndata: {\n\n",
  "event: done\ndata: {}\n\n",
  'event: error\ndata: {"code":"no_such_code","message":"m"}\n\n',
  `${doneFrame}event: data\ndata: a\n\n`,
]) {
  test(`no answer: ${JSON.stringify(malformed)}`, (t) => {
    t.throws(() => new ServerSentEventsDecoder().push(Buffer.from(malformed)), {
      instanceOf: MalformedChatError,
    });
  });
}

test("bytes that are not UTF-8 are no answer", (t) => {
  t.throws(() => new ServerSentEventsDecoder().push(Buffer.of(0x64, 0xff)), {
    instanceOf: MalformedChatError,
    message: /UTF-8/,
  });
});
