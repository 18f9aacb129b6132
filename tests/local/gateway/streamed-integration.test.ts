import test, { type ExecutionContext } from "ava";
import { once } from "node:events";
import { existsSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { PassThrough, Readable } from "node:stream";
import { encodePrelude } from "../../../contract/response-prelude.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { FunctionError } from "../../../local/lambda/lambda-service.ts";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { sendRaw, startGateway, streamOf } from "../../helpers/running-gateway.ts";
import { ENDLESS_BYTES } from "../../helpers/unread-response.ts";

const FINAL_CHUNK = "\r\n0\r\n\r\n";
const get = (path = "/dev/download/a", method = "GET"): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const getAndClose = (method = "GET"): string =>
  `${method} /dev/download/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

test("each chunk reaches the client before the function writes the next", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  const body = new PassThrough();
  lambda.onStream = () => body;
  const request = http.get(`${url}/download/a`);
  body.write(encodePrelude({ statusCode: 200 }));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  for (const text of ["one", "two", "three"]) {
    body.write(text);
    const [chunk] = (await once(response, "data")) as [Buffer];
    t.is(chunk.toString(), text);
  }
  body.end();
  await once(response, "end");
});

test("status and headers are sent as soon as the metadata is whole, however it is cut", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  const whole = Buffer.concat([
    encodePrelude({ statusCode: 201, headers: { "Content-Type": "text/plain" } }),
    Buffer.from("payload"),
  ]);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    lambda.onStream = () =>
      Readable.from([whole.subarray(0, cut), whole.subarray(cut)], { objectMode: false });
    const response = await fetch(`${url}/download/a`);
    t.is(response.status, 201, `cut at ${cut}`);
    t.is(response.headers.get("content-type"), "text/plain", `cut at ${cut}`);
    t.is(await response.text(), "payload", `cut at ${cut}`);
  }
});

test("the metadata may come byte by byte", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  const whole = Buffer.concat([encodePrelude({ statusCode: 201 }), Buffer.from("payload")]);
  lambda.onStream = () =>
    Readable.from(
      Array.from(whole, (byte) => Buffer.of(byte)),
      { objectMode: false },
    );
  const response = await fetch(`${url}/download/a`);
  t.is(response.status, 201);
  t.is(await response.text(), "payload");
});

test("a response with Content-Length is not chunked", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => streamOf({ headers: { "content-length": "5" } }, "12345");
  const received = await sendRaw(port, getAndClose());
  t.true(received.endsWith("\r\n\r\n12345"));
  t.notRegex(received, /transfer-encoding/i);
});

const breaks: {
  title: string;
  stream: () => Readable;
  fault: RegExp;
  limits?: object;
  timeoutMilliseconds?: number;
}[] = [
  {
    title: "a function that fails after its first bytes",
    stream: () => {
      const body = streamOf({}, "half");
      return Readable.from(
        (async function* () {
          yield* body;
          await Promise.resolve();
          throw new FunctionError("Runtime.ExitError", "secret");
        })(),
      );
    },
    fault: /broken off after 4 bytes: the function failed: Runtime\.ExitError$/,
  },
  {
    title: "a response shorter than its Content-Length",
    stream: () => streamOf({ headers: { "Content-Length": "9" } }, "half"),
    fault: /broken off after 4 bytes: less than the 9 bytes of Content-Length$/,
  },
  {
    title: "a response longer than its Content-Length",
    stream: () => streamOf({ headers: { "Content-Length": "3" } }, "half"),
    fault: /broken off after 0 bytes: more than the 3 bytes of Content-Length$/,
  },
  {
    title: "a stream that is destroyed without a word",
    stream: () => {
      const body = new PassThrough();
      body.write(Buffer.concat([encodePrelude({}), Buffer.from("half")]), () =>
        setImmediate(() => body.destroy()),
      );
      return body;
    },
    fault: /broken off after 4 bytes/,
  },
  {
    title: "a stream that stays silent for too long",
    stream: () => unendingStream("half"),
    limits: { gatewayStreamIdleMilliseconds: 60 },
    fault: /broken off after 4 bytes: no byte for 60 ms$/,
  },
  {
    title: "a stream that never ends",
    stream: () => tickingStream(),
    timeoutMilliseconds: 200,
    fault: /broken off after \d+ bytes: the integration took longer than 200 ms$/,
  },
];

function unendingStream(payload: string): PassThrough {
  const body = new PassThrough();
  body.write(Buffer.concat([encodePrelude({}), Buffer.from(payload)]));
  return body;
}

function tickingStream(): Readable {
  return Readable.from(
    (async function* () {
      yield encodePrelude({});
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield Buffer.from("tick");
      }
    })(),
  );
}

for (const { title, stream, fault, limits = {}, timeoutMilliseconds = 29_000 } of breaks) {
  test(`${title} is broken off: the connection closes without the final chunk`, async (t) => {
    const recorded = sampleRestApi().change("get-download-integration", { timeoutMilliseconds });
    const { port, lambda, errors } = await startGateway(t, recorded, { limits });
    lambda.onStream = stream;
    // The request asks for no closing: only breaking off can end the connection.
    const received = await sendRaw(port, get());
    t.true(received.startsWith("HTTP/1.1 200 OK\r\n"));
    t.false(received.endsWith(FINAL_CHUNK));
    t.is(errors.length, 1);
    t.regex(String(errors.pop()), fault);
  });
}

test("a whole response ends with the final chunk", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => streamOf({}, "whole");
  t.true((await sendRaw(port, getAndClose())).endsWith(`whole${FINAL_CHUNK}`));
});

test("HEAD gets status and headers, and the function's body is dropped", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => streamOf({ headers: { "Content-Length": "4", ETag: '"a"' } }, "body");
  const received = await sendRaw(port, getAndClose("HEAD"));
  t.regex(received, /content-length: 4\r\n/i);
  t.regex(received, /etag: "a"\r\n/i);
  t.true(received.endsWith("\r\n\r\n"));
});

test("HEAD of a function that fails after its metadata closes the connection", async (t) => {
  const { port, lambda, errors } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => {
    const body = unendingStream("half");
    setImmediate(() => body.destroy(new FunctionError("Error", "")));
    return body;
  };
  const received = await sendRaw(port, get("/dev/download/a", "HEAD"));
  t.true(received.startsWith("HTTP/1.1 "));
  t.regex(String(errors.pop()), /the function failed: Error$/);
});

for (const statusCode of [204, 304]) {
  test(`${statusCode} has no body and keeps the connection`, async (t) => {
    const { port, lambda } = await startGateway(t, sampleRestApi());
    lambda.onStream = () => streamOf({ statusCode }, "");
    const received = await sendRaw(port, get() + getAndClose());
    t.is(received.match(new RegExp(`HTTP/1.1 ${statusCode} `, "g"))?.length, 2);
    t.notRegex(received, /transfer-encoding/i);
  });
}

test("a client that leaves has the function's stream destroyed, which is no error", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  const body = unendingStream("first");
  lambda.onStream = () => body;
  const socket = net.connect(port, "127.0.0.1");
  socket.write(get());
  await once(socket, "data");
  socket.destroy();
  await t.throwsAsync(once(body, "close"), { name: "AbortError" });
});

test("a client that leaves before the function answers has the late stream destroyed", async (t) => {
  const { port, lambda, nextAccessLogLine } = await startGateway(
    t,
    sampleRestApi().accessLog("dev", "$context.status"),
  );
  const body = unendingStream("late");
  let answer: (stream: PassThrough) => void = () => t.fail("the function was not invoked");
  const socket = net.connect(port, "127.0.0.1");
  const called = new Promise<void>((resolve) => {
    lambda.onStream = () => {
      resolve();
      return new Promise((answerWith) => {
        answer = answerWith;
      });
    };
  });
  socket.write(get());
  await called;
  socket.destroy();
  t.is(await nextAccessLogLine(), "-");
  answer(body);
  await t.throwsAsync(once(body, "close"), { name: "AbortError" });
});

test("a client that does not read stops the function from producing", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  let produced = 0;
  let onStall = (): void => {};
  const stalled = new Promise<void>((resolve) => (onStall = resolve));
  const chunk = Buffer.alloc(64 * 1024);
  lambda.onStream = () => {
    let isFirst = true;
    let timer: NodeJS.Timeout | undefined;
    return new Readable({
      highWaterMark: 64 * 1024,
      read() {
        produced += isFirst ? 0 : chunk.length;
        if (produced < ENDLESS_BYTES) this.push(isFirst ? encodePrelude({}) : chunk);
        isFirst = false;
        clearTimeout(timer);
        // Nobody asked for half a second: the producer stands still.
        timer = setTimeout(onStall, 500);
      },
      destroy(error, done) {
        clearTimeout(timer);
        done(error);
      },
    });
  };
  const socket = net.connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  socket.pause();
  socket.write(get());
  await stalled;
  t.true(produced < ENDLESS_BYTES, `${produced} bytes were produced`);
  t.true(produced > 0);
});

test("a response is held to the bandwidth cap once its burst is spent", async (t) => {
  const limits = { gatewayStreamBurstBytes: 1_000, gatewayStreamBytesPerSecond: 10_000 };
  const { url, lambda } = await startGateway(t, sampleRestApi(), { enforceCaps: true, limits });
  lambda.onStream = () => streamOf({}, Buffer.alloc(3_000));
  const startedAt = performance.now();
  t.is((await (await fetch(`${url}/download/a`)).arrayBuffer()).byteLength, 3_000);
  t.true(performance.now() - startedAt >= 190);
});

/** Streams without an end to a reader who takes so many bytes each tenth of a second. */
async function readSlowly(t: ExecutionContext, bytesEachTime: number, milliseconds: number) {
  const limits = { gatewayStreamIdleMilliseconds: 1000 };
  const { port, lambda, errors } = await startGateway(t, sampleRestApi(), { limits });
  lambda.onStream = () => {
    const body = new PassThrough();
    body.write(encodePrelude({}));
    Readable.from(endless(), { objectMode: false }).pipe(body);
    return body;
  };
  const socket = net.connect(port, "127.0.0.1").on("error", () => {});
  t.teardown(() => socket.destroy());
  socket.write("GET /dev/download/a HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(socket, "readable");
  for (const end = performance.now() + milliseconds; performance.now() < end; await sleep(100)) {
    if (bytesEachTime > 0) socket.read(Math.min(bytesEachTime, socket.readableLength));
  }
  return errors;
}

function* endless() {
  for (;;) yield Buffer.alloc(64 * 1024);
}

const onLinux = existsSync("/proc/net/tcp") ? test : test.skip;

onLinux("a reader who reads slowly is no silence", async (t) => {
  t.deepEqual(await readSlowly(t, 16 * 1024, 5000), []);
});

test("a reader who reads nothing is cut after the time for silence", async (t) => {
  const errors = await readSlowly(t, 0, 2000);
  t.regex(String(errors.shift()), /broken off after \d+ bytes: no byte for 1000 ms/);
  t.deepEqual(errors, []);
});
