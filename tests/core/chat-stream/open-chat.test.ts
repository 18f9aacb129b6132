import test from "ava";
import fc from "fast-check";
import { answerFrames, deltaFrame, messageStart, USAGE } from "../../helpers/bedrock-frames.ts";
import { readEvents, scriptChat, textOf } from "../../helpers/open-scripted-chat.ts";
import { STREAMS, type Script } from "../../helpers/scripted-bedrock.ts";
import { makeStep } from "../../helpers/step.ts";

const answering =
  (...deltas: string[]): Script =>
  async ({ send, end }) => {
    await send(...answerFrames(...deltas));
    end();
  };

test("an answer is its texts and then done, with what it took", async (t) => {
  const { open, requests } = await scriptChat(t, answering("Be", "cause."));
  const answer = await open({ temperature: 0.5 });
  const events = await readEvents(answer);
  const done = events.pop();
  t.deepEqual(events, [
    { type: "text", text: "Be" },
    { type: "text", text: "cause." },
  ]);
  t.like(done, { type: "done", stopReason: "end_turn", usage: USAGE });
  t.is(answer.failure, undefined);
  t.is(requests[0]?.path, "/model/model%3A0/converse-stream");
  t.deepEqual(requests[0]?.body, {
    messages: [{ role: "user", content: [{ text: "Why?" }] }],
    inferenceConfig: { maxTokens: 500, temperature: 0.5 },
  });
});

test("each text is there before the next one is sent", async (t) => {
  const texts = Array.from({ length: 20 }, (_, i) => `token ${i} `);
  const reads = texts.map(() => makeStep());
  const { open } = await scriptChat(t, async ({ send, end }) => {
    await send(messageStart);
    for (const [i, text] of texts.entries()) {
      await send(deltaFrame(text));
      await reads[i]?.taken;
    }
    await send(...answerFrames().slice(1));
    end();
  });
  let read = 0;
  for await (const event of await open()) if (event.type === "text") reads[read++]?.take();
  t.is(read, texts.length);
});

const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constant("日本語🗾\n\0\u2028"),
);

test("whatever pieces a text comes in, and however their bytes arrive, the answer is that text", async (t) => {
  let deltas: string[] = [];
  let pieceBytes = 1;
  const { open } = await scriptChat(t, async ({ send, end }) => {
    const bytes = Buffer.concat(answerFrames(...deltas));
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      await send(bytes.subarray(at, at + pieceBytes));
    }
    end();
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyText, { maxLength: 8 }),
      fc.integer({ min: 7, max: 500 }),
      async (texts, size) => {
        deltas = texts;
        pieceBytes = size;
        const events = await readEvents(await open());
        t.is(textOf(events), texts.join(""));
        t.is(events.at(-1)?.type, "done");
      },
    ),
    { numRuns: 50 },
  );
});

test("as many chats as the client is made for go on at the same time, and do not mix", async (t) => {
  let begun = 0;
  const { taken, take } = makeStep();
  const { open } = await scriptChat(t, async ({ send, end }) => {
    const name = `chat ${begun}`;
    begun += 1;
    await send(messageStart, deltaFrame(name));
    if (begun === STREAMS) take();
    await taken;
    await send(...answerFrames(`, ${name}`).slice(1));
    end();
  });
  const chats = Array.from({ length: STREAMS }, async () => textOf(await readEvents(await open())));
  const texts = new Set(await Promise.all(chats));
  t.is(texts.size, STREAMS);
  for (const text of texts) t.regex(text, /^(chat \d+), \1$/);
});

test("an answer read to its end leaves its connection to the next", async (t) => {
  const { open, connections } = await scriptChat(t, answering("a"));
  for (let i = 0; i < 3; i += 1) await readEvents(await open());
  t.is(connections(), 1);
});

test("a response that stays open after the last event does not hold up the answer", async (t) => {
  const { open, requested } = await scriptChat(t, ({ send }) => send(...answerFrames("a")));
  t.is((await readEvents(await open())).at(-1)?.type, "done");
  await (
    await requested()
  ).closed;
});

test("what goes wrong after the last event does not count", async (t) => {
  const { open } = await scriptChat(t, async ({ send, reset }) => {
    await send(...answerFrames("a"), deltaFrame("more"));
    reset();
  });
  const types = (await readEvents(await open())).map(({ type }) => type);
  t.deepEqual(types, ["text", "done"]);
});
