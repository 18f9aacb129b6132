import test, { type ExecutionContext } from "ava";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atOnce, callChatApi, postStream, shareChatCloud } from "../helpers/chat-cloud.ts";
import { until } from "../helpers/until.ts";
import { chatOutcome, countOutcomes } from "./streams.ts";

/* One key holder who asks and does not read, by way of gateway, VPC link, load balancer and tasks. */

const TASKS = 2;
const STREAMS_PER_TASK = 3;
const TEXT = "word ".repeat(20).trim();
/** More than the buffers of all parts on the way hold. */
const LARGE_BYTES = 64 * 1024 * 1024;
/** The time after which a stalled reader gives way, and as much again for a slow machine. */
const PATIENCE_SECONDS = 40;

const filesFolder = mkdtempSync(join(tmpdir(), "streamgate-stalled-"));
writeFileSync(join(filesFolder, "large.bin"), "");
truncateSync(join(filesFolder, "large.bin"), LARGE_BYTES);
writeFileSync(join(filesFolder, "small.txt"), "small");
process.once("exit", () => rmSync(filesFolder, { recursive: true }));

const cloud = shareChatCloud(test, {
  filesFolder,
  config: [`chatStreamsPerTask=${STREAMS_PER_TASK}`, `chatMinTasks=${TASKS}`],
  model: { ...atOnce, reply: () => TEXT },
});

/** Asks for the large object and never reads. */
function stall(t: ExecutionContext): Socket {
  const { outputs } = cloud();
  const { port, pathname } = new URL(`${outputs.chatApi.url}/download/large.bin`);
  const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
  socket.pause().write(`GET ${pathname} HTTP/1.1\r\nHost: a\r\nx-api-key: ${outputs.apiKey}\r\n\r\n`);
  t.teardown(() => socket.destroy());
  return socket;
}

test.serial(
  "readers who read nothing take every place of downloads, none of chats, and give way",
  async (t) => {
    const { s3 } = cloud();
    const stalled = Array.from({ length: TASKS * STREAMS_PER_TASK }, () => stall(t));
    await until(() => s3.requests.length === TASKS * STREAMS_PER_TASK);
    const stalledAt = performance.now();
    t.is((await callChatApi(cloud(), "/download/small.txt")).status, 503);

    const chats = await Promise.all(
      Array.from({ length: STREAMS_PER_TASK }, () => chatOutcome(postStream(cloud()), TEXT)),
    );
    t.like(countOutcomes(chats), { whole: STREAMS_PER_TASK });

    let response = await callChatApi(cloud(), "/download/small.txt");
    while (response.status === 503 && performance.now() - stalledAt < PATIENCE_SECONDS * 1000) {
      await response.arrayBuffer();
      await sleep(500);
      response = await callChatApi(cloud(), "/download/small.txt");
    }
    t.log(`a place after ${((performance.now() - stalledAt) / 1000).toFixed(0)} s`);
    t.is(response.status, 200);
    t.is(await response.text(), "small");
    for (const socket of stalled) socket.destroy();
    await until(() => s3.requests.filter(({ aborted }) => aborted).length === stalled.length);
  },
);
