import test, { type ExecutionContext } from "ava";
import { answerFrames, deltaFrame, messageStart } from "../../helpers/bedrock-frames.ts";
import { readEvents, scriptChat, type ScriptedChat } from "../../helpers/open-scripted-chat.ts";
import type { Script } from "../../helpers/scripted-bedrock.ts";
import { makeStep } from "../../helpers/step.ts";

/**
 * Bedrock sees within this time that nobody reads any more: long before the limit on silence, 120 s, would end the request.
 * Measured on a quiet machine: 1 to 3 ms. How quick it is, tests/app/caller-leaves.test.ts measures.
 */
const SOON_MILLISECONDS = 10_000;

async function closesSoon(t: ExecutionContext, { requested }: ScriptedChat): Promise<void> {
  const startedAt = performance.now();
  await (
    await requested()
  ).closed;
  t.true(performance.now() - startedAt < SOON_MILLISECONDS);
}

const beforeTheFirstEvent: readonly (readonly [when: string, script: Script])[] = [
  ["before the headers", () => {}],
  ["after the headers", ({ begin }) => begin()],
  ["after the message has started", ({ send }) => send(messageStart)],
  ["inside a frame", ({ send }) => send(deltaFrame("a").subarray(0, 20))],
];

for (const [when, script] of beforeTheFirstEvent) {
  test.serial(`a caller who leaves ${when} ends the request to the model`, async (t) => {
    const { taken, take } = makeStep();
    const chat = await scriptChat(t, async (response) => {
      await script(response);
      take();
    });
    const opening = chat.open();
    await taken;
    chat.stop.abort(new Error("left"));
    await t.throwsAsync(opening, { message: "left" });
    await closesSoon(t, chat);
  });
}

test.serial("a caller who has left already asks nothing of the model", async (t) => {
  const chat = await scriptChat(t, () => {});
  chat.stop.abort(new Error("left"));
  await t.throwsAsync(chat.open(), { message: "left" });
  t.is(chat.requests.length, 0);
});

const talkative: Script = async ({ send }) => {
  await send(messageStart);
  for (let i = 0; i < 1_000; i += 1) await send(deltaFrame("token"));
};
const silentAfterOneText: Script = ({ send }) => send(messageStart, deltaFrame("a"));

for (const [while_, script] of [
  ["texts come", talkative],
  ["the model is silent", silentAfterOneText],
] as const) {
  test.serial(
    `a caller who leaves while ${while_} ends the request, and reading throws the reason`,
    async (t) => {
      const chat = await scriptChat(t, script);
      const iterator = (await chat.open())[Symbol.asyncIterator]();
      t.like(await iterator.next(), { value: { type: "text" } });
      const next = iterator.next();
      chat.stop.abort(new Error("left"));
      const reading = async () => {
        let result = await next;
        while (result.done !== true) {
          t.not(result.value.type, "done");
          t.not(result.value.type, "error");
          result = await iterator.next();
        }
      };
      await t.throwsAsync(reading(), { message: "left" });
      await closesSoon(t, chat);
    },
  );

  test.serial(`a reader who stops while ${while_} ends the request`, async (t) => {
    const chat = await scriptChat(t, script);
    for await (const event of await chat.open()) {
      t.is(event.type, "text");
      break;
    }
    await closesSoon(t, chat);
  });
}

test.serial("a reader who stops at a heartbeat ends the request", async (t) => {
  const chat = await scriptChat(t, silentAfterOneText, { times: { heartbeatMilliseconds: 20 } });
  const iterator = (await chat.open())[Symbol.asyncIterator]();
  await chat.requested();
  while ((await iterator.next()).value?.type !== "heartbeat");
  await iterator.return(undefined);
  await closesSoon(t, chat);
});

test.serial("an answer nobody began to read is let go by the signal", async (t) => {
  const chat = await scriptChat(t, silentAfterOneText);
  await chat.open();
  chat.stop.abort();
  await closesSoon(t, chat);
});

test.serial("a caller who leaves gets no end of the answer, though it has come already", async (t) => {
  const { open, stop, requested } = await scriptChat(t, async ({ send, end }) => {
    await send(...answerFrames("a"));
    end();
  });
  const iterator = (await open())[Symbol.asyncIterator]();
  t.like(await iterator.next(), { value: { type: "text" } });
  await (
    await requested()
  ).closed;
  stop.abort(new Error("left"));
  await t.throwsAsync(iterator.next(), { message: "left" });
  t.true((await iterator.next()).done);
});

test.serial("a caller who leaves after the answer is whole changes nothing", async (t) => {
  const { open, stop } = await scriptChat(t, async ({ send, end }) => {
    await send(...answerFrames("a"));
    end();
  });
  const events = await readEvents(await open());
  stop.abort();
  t.is(events.at(-1)?.type, "done");
});
