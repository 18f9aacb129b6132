import test from "ava";
import { postStream, shareChatCloud } from "../../helpers/chat-cloud.ts";

/* A model that thinks for long: one test for all, as the first heartbeat comes after fifteen seconds. */

const chatCloud = shareChatCloud(test);

test("who waits for a silent model is kept by heartbeats, in either form", async (t) => {
  const cloud = chatCloud();
  const stall = cloud.bedrock.faults.stallAfter(0, { times: 2 });
  const [lines, events] = await Promise.all([
    postStream(cloud),
    postStream(cloud, undefined, { accept: "text/event-stream" }),
  ]);
  t.is(lines.status, 200);
  t.is(events.status, 200);
  stall.release();
  const json = await lines.text();
  t.regex(json, /^ +\{/, "a space ahead of the first object, which JSON allows");
  for (const line of json.trimEnd().split("\n")) t.notThrows(() => JSON.parse(line) as unknown);
  t.regex(json, /\{"done":.*\}\n$/);
  const stream = await events.text();
  t.regex(stream, /^retry: \d+\n: \n\n/, "a comment");
  t.regex(stream, /\nevent: done\n/);
});
