import { once } from "node:events";
import test, { type ExecutionContext } from "ava";
import { NdjsonDecoder } from "../../../contract/ndjson.ts";
import { ServerSentEventsDecoder } from "../../../contract/server-sent-events.ts";
import type { Responder } from "../../../local/bedrock/responder.ts";
import { scriptedResponder } from "../../../local/bedrock/scripted-responder.ts";
import { chatEvents, readChat, textOf } from "../../helpers/chat-client.ts";
import { atOnce, openStream, postStream, shareChatCloud } from "../../helpers/chat-cloud.ts";
import { endlessModel } from "../../helpers/endless-model.ts";
import type { OpenChat } from "../../helpers/running-service.ts";
import { standsStill } from "../../helpers/stands-still.ts";
import { until } from "../../helpers/until.ts";

/*
 * How an answer passes all the hops between model and caller, and how a caller's leaving passes them the other way. Serial,
 * as the tests hold back what one Bedrock sends.
 */

const echo = scriptedResponder({ ...atOnce, reply: ({ turns }) => turns.at(-1)?.text ?? "" });
const chatty = scriptedResponder({ ...atOnce, reply: () => "word ".repeat(1_000), tokensPerSecond: 20 });

/** Says what it is told, unless that is how it is to answer. */
const modelResponder: Responder = (invocation) => {
  const asked = JSON.stringify(invocation.body);
  if (asked.includes("endlessly")) return endlessModel(invocation);
  return asked.includes("chattily") ? chatty(invocation) : echo(invocation);
};

const chatCloud = shareChatCloud(test, { modelResponder });

for (const { form, accept, newDecoder } of [
  { form: "JSON lines", accept: "application/x-ndjson", newDecoder: () => new NdjsonDecoder() },
  {
    form: "server-sent events",
    accept: "text/event-stream",
    newDecoder: () => new ServerSentEventsDecoder(),
  },
]) {
  for (const message of ["one two three four five", "こんにちは、世界。👩🏽‍💻は、\n「日本語」です"]) {
    test.serial(
      `each token of “${message.slice(0, 7)}…” arrives as ${form} before the model sends the next`,
      async (t) => {
        const cloud = chatCloud();
        const steps = cloud.bedrock.faults.lockStep();
        // The first frame starts the message, the second is the first token.
        steps.release(2);
        const response = await postStream(cloud, { message }, { accept });
        t.true(response.headers.get("content-type")?.startsWith(accept));
        let text = "";
        let texts = 0;
        let last: string | undefined;
        // Would wait until the model counts as silent, and end in an error, if anything on the way held a token back.
        for await (const event of chatEvents(response, newDecoder())) {
          if (event.type === "text") {
            text += event.text;
            texts += 1;
          }
          // What follows the last token is not text: the end of the message, and what it took.
          steps.release(text === message ? 3 : 1);
          last = event.type;
        }
        t.is(text, message);
        t.true(texts >= 5);
        t.is(last, "done");
      },
    );
  }
}

test.serial("a long answer is whole, to the last character", async (t) => {
  const message = "日本語 and English, 😀. ".repeat(400);
  const events = await readChat(await postStream(chatCloud(), { message, maxTokens: 1024 }));
  t.true(message.startsWith(textOf(events)) && textOf(events).length > 2_000);
  t.like(events.at(-1), { type: "done", stopReason: "max_tokens", usage: { outputTokens: 1024 } });
});

/** Bedrock is told within this time, or the quickest of some times, of a few more while others share the machine. */
const SOON_MILLISECONDS = 100;
const TIMES = 3;
const MOST_TIMES = 50;

const states: Readonly<Record<string, (t: ExecutionContext) => Promise<OpenChat>>> = {
  async "before the first event"(t) {
    const stall = chatCloud().bedrock.faults.stallAfter(0);
    const chat = openStream(t, chatCloud());
    await stall.reached;
    return chat;
  },
  async "between two tokens"(t) {
    const chat = openStream(t, chatCloud(), { message: "chattily" });
    await once(await chat.response, "readable");
    return chat;
  },
  async "while the model is silent"(t) {
    const stall = chatCloud().bedrock.faults.stallAfter(3);
    const chat = openStream(t, chatCloud());
    await once(await chat.response, "readable");
    await stall.reached;
    return chat;
  },
  async "without having read on"(t) {
    const chat = openStream(t, chatCloud(), { message: "endlessly" });
    await chat.response;
    await standsStill(() => chatCloud().bedrock.requests.at(-1)?.framesSent ?? 0);
    return chat;
  },
};

for (const [when, reach] of Object.entries(states)) {
  test.serial(`a caller who leaves ${when} stops the model at the other end of the path`, async (t) => {
    const { requests } = chatCloud().bedrock;
    const before = requests.length;
    const times: number[] = [];
    const isSoon = () => Math.min(...times) < SOON_MILLISECONDS;
    while (times.length < TIMES || (!isSoon() && times.length < MOST_TIMES)) {
      const chat = await reach(t);
      const leftAt = performance.now();
      chat.leave();
      await until(() => requests.at(-1)?.aborted);
      times.push(performance.now() - leftAt);
    }
    t.log(`${times.map((time) => time.toFixed(1)).join(", ")} ms`);
    t.true(isSoon());
    const chats = requests.slice(before);
    t.is(chats.length, times.length);
    const framesSent = () => chats.map(({ framesSent: frames }) => frames);
    const sent = framesSent();
    await standsStill(() => chats.reduce((sum, { framesSent: frames }) => sum + frames, 0));
    t.deepEqual(framesSent(), sent);
  });
}
