import test from "ava";
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { NdjsonDecoder } from "../../contract/ndjson.ts";
import { chatServiceTimes } from "../../contract/chat-service-times.ts";
import { defaultShutdownTimes } from "../../app/shutdown.ts";
import { EVENT_STREAM, eventFrame } from "../../local/bedrock/frames.ts";
import type { Responder } from "../../local/bedrock/responder.ts";
import { readChat } from "../helpers/chat-client.ts";
import { mostSendBufferBytes } from "../helpers/kernel-queues.ts";
import { openStream, postStream, runChatService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

/** None of the limits is reached within a test. */
const patient = { acceptMilliseconds: 2_000, finishMilliseconds: 60_000, breakOffMilliseconds: 60_000 };

const status = async (url: string) => (await fetch(url)).status;

async function readEvents(response: IncomingMessage) {
  const decoder = new NdjsonDecoder();
  const events = [];
  for await (const chunk of response) events.push(...decoder.push(chunk as Uint8Array));
  decoder.end();
  return events;
}

test("a service that is to end says it is not ready, and still healthy", async (t) => {
  const service = await runChatService(t, { shutdownTimes: patient });
  const stall = service.bedrock.faults.stallAfter(4);
  openStream(t, service);
  await stall.reached;
  t.is(await status(`${service.url}/ready`), 200);
  const stopped = service.stop();
  const ready = await fetch(`${service.url}/ready`);
  t.is(ready.status, 503);
  t.like(await ready.json(), { error: { code: "slow_down" } });
  t.is(await status(`${service.url}/health`), 200);
  stall.release();
  await stopped;
  await t.throwsAsync(fetch(`${service.url}/health`));
});

test("requests that still come are answered, each the last of its connection", async (t) => {
  const service = await runChatService(t, { shutdownTimes: { ...patient, acceptMilliseconds: 10_000 } });
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const get = async () => {
    const [response] = (await once(request(`${service.url}/ready`, { agent }).end(), "response")) as [
      IncomingMessage,
    ];
    await once(response.resume(), "end");
    return response.headers.connection;
  };
  t.is(await get(), "keep-alive");
  const stopped = service.stop();
  t.is(await get(), "close");
  const response = await postStream(service);
  t.is(response.headers.get("connection"), "close");
  t.like((await readChat(response)).at(-1), { type: "done" });
  await stopped;
});

test("a service without streams ends when requests are no longer taken", async (t) => {
  const acceptMilliseconds = 200;
  const service = await runChatService(t, { shutdownTimes: { ...patient, acceptMilliseconds } });
  const startedAt = performance.now();
  await service.stop();
  t.true(performance.now() - startedAt >= acceptMilliseconds - 1);
});

test("a stream under way is brought to its end before the service ends", async (t) => {
  const service = await runChatService(t, { shutdownTimes: { ...patient, acceptMilliseconds: 0 } });
  const stall = service.bedrock.faults.stallAfter(4);
  const chat = openStream(t, service);
  const response = await chat.response;
  await stall.reached;
  let hasStopped = false;
  const stopped = service.stop().then(() => (hasStopped = true));
  await until(async () => (await status(`${service.url}/ready`)) === 503);
  t.is((await postStream(service)).status, 503);
  t.false(hasStopped);
  stall.release();
  t.like((await readEvents(response)).at(-1), { type: "done" });
  await stopped;
});

test("requests after the time for them are refused with Retry-After", async (t) => {
  const service = await runChatService(t, { shutdownTimes: { ...patient, acceptMilliseconds: 0 } });
  const stall = service.bedrock.faults.stallAfter(4);
  openStream(t, service);
  await stall.reached;
  const stopped = service.stop();
  const refused = await until(async () => {
    const response = await postStream(service);
    return response.status === 503 ? response : undefined;
  });
  t.is(refused.headers.get("retry-after"), "1");
  t.is(refused.headers.get("connection"), "close");
  t.like(await refused.json(), { error: { code: "slow_down" } });
  stall.release();
  await stopped;
});

test("a stream that goes on for too long ends in an error event", async (t) => {
  const service = await runChatService(t, {
    shutdownTimes: { acceptMilliseconds: 0, finishMilliseconds: 50, breakOffMilliseconds: 60_000 },
  });
  const stall = service.bedrock.faults.stallAfter(4);
  const chat = openStream(t, service);
  const response = await chat.response;
  await stall.reached;
  await service.stop();
  const events = await readEvents(response);
  t.like(events.at(-1), { type: "error", code: "slow_down", message: "This server is being replaced." });
  await until(() => service.bedrock.requests[0]?.aborted);
  t.like(await until(() => service.log[0]), { status: 200, outcome: "failed", errorCode: "slow_down" });
});

test("a stream that has not begun by then is refused", async (t) => {
  const service = await runChatService(t, {
    shutdownTimes: { acceptMilliseconds: 0, finishMilliseconds: 50, breakOffMilliseconds: 60_000 },
  });
  const stall = service.bedrock.faults.stallAfter(0);
  const chat = openStream(t, service);
  await stall.reached;
  await service.stop();
  const response = await chat.response;
  t.is(response.statusCode, 503);
  t.is(response.headers["retry-after"], "1");
});

/** Sends at once what no kernel takes in for a reader who does not read, and no more. */
const voluble: Responder = async ({ answer }) => {
  const delta = { text: "x".repeat(4 * mostSendBufferBytes()) };
  answer.begin(200, { "content-type": EVENT_STREAM });
  await answer.write(eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta }));
  await once(answer.closed, "abort");
};

test("a reader who does not read on is broken off at last", async (t) => {
  const service = await runChatService(t, {
    shutdownTimes: { acceptMilliseconds: 0, finishMilliseconds: 0, breakOffMilliseconds: 50 },
    respond: voluble,
  });
  const response = await openStream(t, service).response;
  await service.stop();
  t.like(service.log[0], { outcome: "abandoned" }, "the process may end now");
  t.is(service.metrics.length, 2);
  await t.throwsAsync(readEvents(response), { message: "aborted" });
});

test("the times leave the process some of what ECS gives it", (t) => {
  t.deepEqual(defaultShutdownTimes, {
    acceptMilliseconds: 10_000,
    finishMilliseconds: 110_000,
    breakOffMilliseconds: 115_000,
  });
  t.true(defaultShutdownTimes.breakOffMilliseconds < chatServiceTimes.stopTimeoutSeconds * 1000);
});
