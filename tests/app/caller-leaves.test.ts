import test, { type ExecutionContext } from "ava";
import { once } from "node:events";
import { request } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ENDLESS_FRAME_BYTES, endlessModel } from "../helpers/endless-model.ts";
import { kernelQueuedBytes } from "../helpers/kernel-queues.ts";
import {
  openStream,
  runChatService,
  type OpenChat,
  type TestChatService,
} from "../helpers/running-service.ts";
import { standsStill } from "../helpers/stands-still.ts";
import { until } from "../helpers/until.ts";

/** Bedrock is told within this time, or the quickest of some times, as others share the machine. Measured: 1 to 3 ms. */
const SOON_MILLISECONDS = 100;
const TIMES = 3;

interface State {
  readonly bedrock?: Parameters<typeof runChatService>[1];
  /** Brings a chat into the state. */
  readonly reach: (t: ExecutionContext, service: TestChatService) => Promise<OpenChat>;
  /** What the log says of a caller who leaves then. */
  readonly status: number;
}

const states: Readonly<Record<string, State>> = {
  "before the first event": {
    async reach(t, service) {
      const stall = service.bedrock.faults.stallAfter(0);
      const chat = openStream(t, service);
      await stall.reached;
      return chat;
    },
    status: 499,
  },
  "between two tokens": {
    // For more than two minutes: it does not end before the caller leaves.
    bedrock: { model: { reply: () => "word ".repeat(3_000), tokensPerSecond: 20 } },
    async reach(t, service) {
      const chat = openStream(t, service);
      await once(await chat.response, "readable");
      return chat;
    },
    status: 200,
  },
  "while the model is silent": {
    async reach(t, service) {
      const stall = service.bedrock.faults.stallAfter(3);
      const chat = openStream(t, service);
      await once(await chat.response, "readable");
      await stall.reached;
      return chat;
    },
    status: 200,
  },
  "without having read on": {
    bedrock: { respond: endlessModel },
    async reach(t, service) {
      const chat = openStream(t, service);
      await chat.response;
      await standsStill(() => service.bedrock.requests.at(-1)?.framesSent ?? 0);
      return chat;
    },
    status: 200,
  },
};

const ways: Readonly<Record<string, (chat: OpenChat) => void>> = {
  "closes the connection": (chat) => chat.leave(),
  "resets the connection": ({ request }) => void request.socket?.resetAndDestroy(),
};

/** @returns Milliseconds until Bedrock sees that its answer is no longer wanted. */
async function timeToStop({ bedrock }: TestChatService): Promise<number> {
  const leftAt = performance.now();
  while (bedrock.requests.at(-1)?.aborted !== true) await nextTurn();
  return performance.now() - leftAt;
}

for (const [when, { bedrock = {}, reach, status }] of Object.entries(states)) {
  for (const [way, leave] of Object.entries(ways)) {
    test.serial(`a caller who ${way} ${when} stops the model at once`, async (t) => {
      const service = await runChatService(t, bedrock);
      const times: number[] = [];
      for (let count = 1; count <= TIMES; count += 1) {
        leave(await reach(t, service));
        times.push(await timeToStop(service));
        await until(() => service.log.length === count);
        t.like(service.log.at(-1), { status, outcome: "abandoned", cause: "reader_closed" });
      }
      t.log(`${times.map((time) => time.toFixed(1)).join(", ")} ms`);
      t.true(Math.min(...times) < SOON_MILLISECONDS);
      const sent = service.bedrock.requests.map(({ framesSent }) => framesSent);
      await standsStill(() => service.bedrock.requests.reduce((sum, { framesSent }) => sum + framesSent, 0));
      t.deepEqual(
        service.bedrock.requests.map(({ framesSent }) => framesSent),
        sent,
      );
    });
  }
}

test.serial("a reader who does not read keeps the model's answer from being taken in", async (t) => {
  const service = await runChatService(t, { respond: endlessModel });
  await openStream(t, service).response;
  const frames = await standsStill(() => service.bedrock.requests[0]?.framesSent ?? 0);
  if (process.platform !== "linux") return t.pass();
  // What waits in the kernel is in no process's memory. See docs/decisions/0001.
  const takenIn = frames * ENDLESS_FRAME_BYTES - kernelQueuedBytes([process.pid]);
  return t.true(takenIn < 1024 * 1024, `${takenIn} bytes`);
});

test.serial("a caller who has left makes room for the next, though there is room for one only", async (t) => {
  const service = await runChatService(t, { configuration: { streamsPerTask: 1 } });
  const stall = service.bedrock.faults.stallAfter(2);
  const chat = openStream(t, service);
  await stall.reached;
  t.is((await openStream(t, service).response).statusCode, 503);
  chat.leave();
  await until(() => service.log.length === 2);
  t.is((await openStream(t, service).response).statusCode, 200);
});

test.serial(
  "a caller who leaves before its request is whole is noticed, and asks nothing of the model",
  async (t) => {
    const service = await runChatService(t);
    const outgoing = request(`${service.url}/stream`, {
      method: "POST",
      // The server says 100 when it has the head and waits for the rest.
      headers: { "content-type": "application/json", "content-length": "100", expect: "100-continue" },
    });
    outgoing.on("error", () => {});
    outgoing.flushHeaders();
    await once(outgoing, "continue");
    outgoing.write('{"message":');
    outgoing.destroy();
    t.like(await until(() => service.log[0]), { status: 499, outcome: "abandoned", cause: "reader_closed" });
    t.is(service.bedrock.requests.length, 0);
  },
);
