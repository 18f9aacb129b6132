import test from "ava";
import { answerFrames, deltaFrame, exceptionFrame, messageStart } from "../../helpers/bedrock-frames.ts";
import { readEvents, scriptChat } from "../../helpers/open-scripted-chat.ts";
import type { Script } from "../../helpers/scripted-bedrock.ts";
import { until } from "../../helpers/until.ts";

const running = () =>
  process.getActiveResourcesInfo().filter((type) => /Timeout|TCPSocket/.test(type)).length;

const scripts: readonly (readonly [string, Script])[] = [
  [
    "is whole",
    async ({ send, end }) => {
      await send(...answerFrames("a"));
      end();
    },
  ],
  [
    "ends in an error",
    ({ send }) => send(messageStart, deltaFrame("a"), exceptionFrame("throttlingException", "")),
  ],
  [
    "breaks off",
    async ({ send, reset }) => {
      await send(messageStart, deltaFrame("a"));
      reset();
    },
  ],
  ["falls silent", ({ send }) => send(messageStart, deltaFrame("a"))],
];

for (const [what, script] of scripts) {
  test.serial(`an answer that ${what} leaves no timer and no connection in use`, async (t) => {
    const before = running();
    const { open, client } = await scriptChat(t, script, { times: { silenceMilliseconds: 3_000 } });
    await readEvents(await open());
    client.destroy();
    await until(() => running() <= before);
    t.pass();
  });
}

test.serial("a reader who stops leaves no timer and no connection in use", async (t) => {
  const before = running();
  const { open, client } = await scriptChat(t, ({ send }) => send(messageStart, deltaFrame("a")));
  for await (const event of await open()) if (event.type === "text") break;
  client.destroy();
  await until(() => running() <= before);
  t.pass();
});

test.serial("a refused request leaves no timer and no connection in use", async (t) => {
  const before = running();
  const { open, client } = await scriptChat(t, ({ refuse }) => refuse(403, "AccessDeniedException", ""));
  await t.throwsAsync(open());
  client.destroy();
  await until(() => running() <= before);
});
