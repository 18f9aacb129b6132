import test from "ava";
import { readChat, textOf } from "../../helpers/chat-client.ts";
import { atOnce, postStream, shareChatCloud } from "../../helpers/chat-cloud.ts";

/*
 * As many streams as the tasks can carry. Each task takes a hundred: when two hundred run and none is refused, both have been
 * given just as many. Serial, as each test fills the service.
 */

const STREAMS = 200;

const chatCloud = shareChatCloud(test, {
  config: ["chatStreamsPerTask=100", "throttleRatePerSecond=1000", "throttleBurst=1000"],
  model: { ...atOnce, reply: ({ turns }) => `${turns.at(-1)?.text} `.repeat(20) },
});

test.serial(
  "two hundred streams at a time do not get into each other, and one more is asked to wait",
  async (t) => {
    const cloud = chatCloud();
    const { faults, requests } = cloud.bedrock;
    // Every stream has begun before any goes on.
    const stall = faults.stallAfter(3, { times: STREAMS });
    const responses = await Promise.all(
      Array.from({ length: STREAMS }, (_, index) => postStream(cloud, { message: `chat-${index}` })),
    );
    t.deepEqual([...new Set(responses.map(({ status }) => status))], [200]);
    t.is(requests.filter(({ status, aborted }) => status === 200 && !aborted).length, STREAMS);

    const refused = await postStream(cloud);
    t.is(refused.status, 503);
    t.is(refused.headers.get("retry-after"), "1");
    t.like(await refused.json(), { error: { code: "slow_down" } });
    t.is((await fetch(`${cloud.outputs.chatApi.url}/health`)).status, 200);

    stall.release();
    const answers = await Promise.all(responses.map(readChat));
    for (const [index, events] of answers.entries()) {
      t.is(textOf(events), `chat-${index} `.repeat(20));
      t.is(events.at(-1)?.type, "done");
    }
    t.is(requests.length, STREAMS, "what was refused did not reach the model");
  },
);

test.serial("streams that are over have made room for as many others", async (t) => {
  const cloud = chatCloud();
  const answers = await Promise.all(
    Array.from({ length: STREAMS }, async (_, index) => {
      return textOf(await readChat(await postStream(cloud, { message: `again-${index}` })));
    }),
  );
  for (const [index, text] of answers.entries()) t.is(text, `again-${index} `.repeat(20));
});
