import test, { type ExecutionContext } from "ava";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createApp } from "../../app/app.ts";
import { ChatMetrics } from "../../app/chat-metrics.ts";
import { OpenStreams } from "../../app/open-streams.ts";
import type { ModelAnswer } from "../../core/chat-http/index.ts";
import { createHttpServer } from "../../app/server.ts";
import { defaultShutdownTimes, Shutdown } from "../../app/shutdown.ts";
import type { ChatEvent } from "../../contract/chat.ts";
import { done } from "../helpers/chat-events.ts";
import { postStream, type LogLine } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

/** The app alone, over a model the test stands in for. */
async function serve(t: ExecutionContext, events: () => AsyncIterable<ChatEvent>) {
  const log: LogLine[] = [];
  const streams = new OpenStreams(10);
  const app = createApp({
    chat: {
      openChat: (): Promise<ModelAnswer> => Promise.resolve(Object.assign(events(), { failure: undefined })),
      maxTokens: 100,
    },
    downloads: undefined,
    pageFolder: undefined,
    stage: "",
    corsOrigins: [],
    streams,
    shutdown: new Shutdown(streams, defaultShutdownTimes),
    metrics: new ChatMetrics("s", () => {}),
    writeLogLine: (line) => log.push(JSON.parse(line) as LogLine),
  });
  const server = createHttpServer(app.callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, log, streams, server };
}

async function* say(...events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  for (const event of events) yield await Promise.resolve(event);
}

test("a fault of ours is a 500 that tells nothing, and the log says where it is", async (t) => {
  const app = await serve(t, () => {
    throw new TypeError("secret");
  });
  const response = await postStream(app);
  t.is(response.status, 500);
  t.is(await response.text(), '{"error":{"code":"internal_error","message":"The API failed."}}');
  const line = await until(() => app.log[0]);
  t.like(line, { status: 500, outcome: "failed", errorCode: "internal_error", cause: "TypeError" });
  t.true((line.stack as string[]).length > 0);
  t.false(JSON.stringify(line).includes("secret"));
});

test("a fault under way breaks the connection off, never ends it", async (t) => {
  const app = await serve(t, async function* () {
    yield* say({ type: "text", text: "a" });
    throw new TypeError("secret");
  });
  const response = await postStream(app);
  t.is(response.status, 200);
  await t.throwsAsync(response.text());
  t.like(await until(() => app.log[0]), { status: 200, outcome: "broken_off", cause: "TypeError" });
});

test("a stream is counted until its response is closed", async (t) => {
  const app = await serve(t, () => say({ type: "text", text: "a" }, done));
  const response = await postStream(app);
  await response.text();
  await until(() => app.log.length === 1);
  t.is(app.streams.count, 0);
});

test("a connection outlives the load balancer's idea of idleness, and a request has time to come in", async (t) => {
  const { server } = await serve(t, () => say(done));
  t.is(server.keepAliveTimeout, 340_000);
  t.true(server.headersTimeout > server.keepAliveTimeout);
  t.true(server.requestTimeout > server.headersTimeout);
  t.is(server.timeout, 0);
});
