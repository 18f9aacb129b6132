import { join } from "node:path";
import { ReadableStream } from "node:stream/web";
import { pathToFileURL } from "node:url";
import test from "ava";
import fc from "fast-check";
import { NdjsonEncoder } from "../../contract/ndjson.ts";
import { answers, cutInto, encodeAll, pieceLengths } from "../helpers/chat-events.ts";
import { publicFolder } from "../helpers/page-server.ts";

/** The page's own reader of answers: plain JavaScript, which Node.js runs too. */
const { readChatEvents, CutAnswerError } = (await import(
  pathToFileURL(join(publicFolder, "assets/chat-events.js")).href
)) as {
  readChatEvents: (body: ReadableStream<Uint8Array>) => AsyncIterable<object>;
  CutAnswerError: new () => Error;
};

async function read(pieces: readonly Uint8Array[]): Promise<object[]> {
  const events: object[] = [];
  for await (const event of readChatEvents(ReadableStream.from(pieces))) events.push(event);
  return events;
}

test("the page reads what the API sends, whatever pieces it comes in", async (t) => {
  await fc.assert(
    fc.asyncProperty(answers, pieceLengths, async (events, lengths) => {
      const bytes = encodeAll(new NdjsonEncoder(), events);
      const lines = bytes.toString().trimEnd().split("\n");
      t.deepEqual(
        await read(cutInto(bytes, lengths)),
        lines.map((line) => JSON.parse(line) as object),
      );
    }),
  );
});

test("an answer that ends anywhere before its end is known to be cut", async (t) => {
  await fc.assert(
    fc.asyncProperty(answers, fc.nat(), async (events, place) => {
      const bytes = encodeAll(new NdjsonEncoder(), events);
      await t.throwsAsync(read([bytes.subarray(0, place % bytes.length)]), { instanceOf: CutAnswerError });
    }),
  );
});
