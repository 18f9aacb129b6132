import test, { type ExecutionContext } from "ava";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { OpenStreams } from "../../app/open-streams.ts";
import { ReaderGoneError } from "../../core/reader-gone-error.ts";
import { until } from "../helpers/until.ts";

const STALLED = 100;

/** A server whose answers the test makes, and callers who read or do not. */
async function answers(t: ExecutionContext) {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => waiting.push(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return async (): Promise<{ response: ServerResponse; caller: Socket }> => {
    const caller = connect((server.address() as AddressInfo).port, "127.0.0.1");
    caller.on("error", () => {}).write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    t.teardown(() => caller.destroy());
    return { response: await until(() => waiting.shift()), caller };
  };
}

const refusal = { name: "Refusal", message: /as many requests as it can/ } as const;

test("chats and downloads do not share places", async (t) => {
  const answer = await answers(t);
  const streams = new OpenStreams(1, STALLED);
  streams.open((await answer()).response, "download");
  streams.open((await answer()).response, "chat");
  const { response } = await answer();
  t.throws(() => streams.open(response, "download"), refusal);
  t.throws(() => streams.open(response, "chat"), refusal);
  t.is(streams.count, 2);
});

test("a reader who has stalled loses his place to a new one, and not before", async (t) => {
  const answer = await answers(t);
  const streams = new OpenStreams(1, STALLED);
  const { response, caller } = await answer();
  const signal = streams.open(response, "download");
  response.write(Buffer.alloc(64 * 1024 * 1024));
  await sleep(5 * STALLED);
  t.false(signal.aborted, "nobody else asked");
  const next = streams.open((await answer()).response, "download");
  t.true(signal.reason instanceof ReaderGoneError && signal.reason.code === "reader_stalled");
  t.false(next.aborted);
  caller.resume();
  await once(caller, "close");
  t.is(streams.count, 1);
});

test("a reader who reads keeps his place, and so does one with nothing to read", async (t) => {
  const answer = await answers(t);
  const streams = new OpenStreams(2, STALLED);
  const reading = await answer();
  const signals = [
    streams.open(reading.response, "download"),
    streams.open((await answer()).response, "download"),
  ];
  reading.caller.resume();
  const writing = setInterval(() => reading.response.write(Buffer.alloc(1024)), 10);
  t.teardown(() => clearInterval(writing));
  await sleep(5 * STALLED);
  const { response } = await answer();
  t.throws(() => streams.open(response, "download"), refusal);
  t.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  );
});
