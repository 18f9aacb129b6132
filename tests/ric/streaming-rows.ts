import { streaming } from "./handlers.ts";
import type { Observation, Post, Row } from "./row.ts";

const OCTETS = "application/octet-stream";
const PRELUDE = "application/vnd.awslambda.http-integration-response";
const prelude = (metadata: string) => `${metadata}\0\0\0\0\0\0\0\0`;

function served(contentType: string, body: string, error?: Post["error"]): Observation {
  return {
    post: { to: "response", mode: "streaming", contentType, body, ...(error !== undefined && { error }) },
    then: "served",
  };
}

function failed(body: string, errorType: string, errorMessage: string, contentType = OCTETS): Observation {
  return served(contentType, body, { errorType, errorMessage });
}

const crashed: Observation = { then: "exit 1" };

export const streamingRows: readonly Row[] = [
  {
    title: "writes without metadata are raw bytes",
    files: streaming(`stream.write("hello "); stream.end("world");`),
    expected: served(OCTETS, "hello world"),
  },
  {
    title: "metadata goes ahead of the first write",
    files: streaming(`
      const response = HttpResponseStream.from(stream, { statusCode: 418, cookies: ["a=1"] });
      response.write("tea"); response.end("pot");`),
    expected: served(PRELUDE, `${prelude('{"statusCode":418,"cookies":["a=1"]}')}teapot`),
  },
  {
    title: "metadata and an end without a write send no prelude",
    files: streaming(`HttpResponseStream.from(stream, { statusCode: 204 }).end();`),
    expected: served(PRELUDE, ""),
  },
  {
    title: "an end with data and no write before sends no prelude",
    files: streaming(`HttpResponseStream.from(stream, { statusCode: 200 }).end("data");`),
    expected: served(PRELUDE, "data"),
  },
  {
    title: "a pipeline from an empty source sends no prelude",
    files: streaming(
      `await pipeline(Readable.from([]), HttpResponseStream.from(stream, { statusCode: 200 }));`,
    ),
    expected: served(PRELUDE, ""),
  },
  {
    title: "an empty write sends the prelude",
    files: streaming(`
      const response = HttpResponseStream.from(stream, { statusCode: 204 });
      response.write(""); response.end();`),
    expected: served(PRELUDE, prelude('{"statusCode":204}')),
  },
  {
    title: "the last of two metadata wins",
    files: streaming(`
      HttpResponseStream.from(stream, { statusCode: 200 });
      HttpResponseStream.from(stream, { statusCode: 404 });
      stream.write("x"); stream.end();`),
    expected: served(PRELUDE, `${prelude('{"statusCode":404}')}x`),
  },
  {
    title: "metadata that is undefined fails at the first write",
    files: streaming(`HttpResponseStream.from(stream, undefined); stream.write("x"); stream.end();`),
    expected: failed(
      "",
      "TypeError",
      'The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received undefined',
      PRELUDE,
    ),
  },
  {
    title: "metadata after a write is refused",
    files: streaming(`stream.write("x"); HttpResponseStream.from(stream, {});`),
    expected: failed("x", "Runtime.InvalidStreamingOperation", "Cannot set content-type, too late."),
  },
  {
    title: "a content type can be set without metadata",
    files: streaming(`stream.setContentType("text/event-stream"); stream.write("data: 1"); stream.end();`),
    expected: served("text/event-stream", "data: 1"),
  },
  {
    title: "an object is written as JSON, bytes as they are",
    files: streaming(`stream.write({ a: [1] }); stream.write(Uint8Array.of(0, 255)); stream.end();`),
    expected: served(OCTETS, '{"a":[1]}\0\xff'),
  },
  {
    title: "a pipeline's bytes all arrive",
    files: streaming(`
      const source = Readable.from((function* () { for (let i = 0; i < 64; i++) yield Buffer.alloc(16384, i); })());
      await pipeline(source, stream);`),
    expected: served(
      OCTETS,
      Array.from({ length: 64 }, (_, i) => String.fromCharCode(i).repeat(16_384)).join(""),
    ),
  },
  {
    title: "an error before the first write ends an empty response with trailers",
    files: streaming(`throw new RangeError("früh");`),
    expected: failed("", "RangeError", "früh"),
  },
  {
    title: "an error after writes ends the response with trailers",
    files: streaming(`stream.write("part"); throw Object.assign(new Error("late"), { name: "Own.Error" });`),
    expected: failed("part", "Own.Error", "late"),
  },
  {
    title: "a thrown string has its type for a name",
    files: streaming(`stream.write("part"); throw "words";`),
    expected: failed("part", "string", "words"),
  },
  {
    title: "an error after the end leaves the response whole",
    files: streaming(`stream.end("whole"); throw new Error("too late");`),
    expected: served(OCTETS, "whole"),
  },
  {
    title: "a returned value is ignored",
    files: streaming(`stream.end("x"); return "value";`),
    logs: true,
    expected: {
      ...served(OCTETS, "x"),
      stdout: "TIME\tID\tWARN\tStreaming handlers ignore return values.\n",
    },
  },
  {
    title: "a handler that is not async keeps what it has ended",
    files: {
      "index.mjs": `export const handler = awslambda.streamifyResponse((event, stream) => { stream.end("sync"); });`,
    },
    expected: served(OCTETS, "sync"),
  },
  {
    title: "a handler that is not async and does not end fails",
    files: {
      "index.mjs": `export const handler = awslambda.streamifyResponse((event, stream) => {
        if (event === "again") stream.end();
      });`,
    },
    expected: failed("", "Error", "Streaming does not support non-async handlers."),
  },
  {
    title: "a source that fails inside a pipeline ends the process",
    files: streaming(
      `await pipeline((async function* () { yield "part"; throw new Error("source"); })(), stream);`,
    ),
    expected: crashed,
  },
  {
    title: "a source that fails inside a pipeline ends the process, caught or not",
    files: streaming(`
      try { await pipeline((async function* () { yield "part"; throw new Error("source"); })(), stream); }
      catch { stream.end("never"); }`),
    expected: crashed,
  },
  {
    title: "destroying the stream ends the process",
    files: streaming(`stream.write("part"); stream.destroy(new Error("gone")); await new Promise(() => {});`),
    expected: crashed,
  },
  {
    title: "a write after the end ends the process",
    files: streaming(`stream.write("a"); stream.end(); stream.write("b"); await new Promise(() => {});`),
    expected: crashed,
  },
  {
    title: "an exception nobody catches ends the process",
    files: streaming(`setImmediate(() => { throw new Error("loose"); }); await new Promise(() => {});`),
    expected: crashed,
  },
  {
    title: "a rejection nobody handles ends the process",
    files: streaming(`void Promise.reject(new Error("loose")); await new Promise(() => {});`),
    expected: crashed,
  },
  {
    title: "a process that exits by itself keeps its code",
    files: streaming(`process.exit(3);`),
    expected: { then: "exit 3" },
  },
  {
    title: "the stream is a part of a Writable",
    files: streaming(`
      stream.write(Object.keys(stream).join());
      stream.write(["destroyed", "writable", "writableEnded", "writableFinished", "writableLength", "closed"]
        .map((name) => typeof stream[name]));
      stream.end();`),
    expected: served(
      OCTETS,
      "cork,destroy,end,uncork,write,addListener,on,once,prependListener,prependOnceListener,off," +
        "removeListener,removeAllListeners,setMaxListeners,getMaxListeners,listeners,rawListeners," +
        "listenerCount,eventNames,emit,setContentType" +
        '["boolean","boolean","boolean","boolean","number","undefined"]',
    ),
  },
  {
    title: "the high-water mark is the handler's own",
    files: streaming(
      `await new Promise((resolve) => setTimeout(resolve, 50));
      stream.write(String(stream.writableHighWaterMark)); stream.end();`,
      "{ highWaterMark: 1000 }",
    ),
    expected: served(OCTETS, "1000"),
  },
  {
    title: "backpressure is told and relieved",
    files: streaming(`
      const hasRoom = stream.write(Buffer.alloc(1_000_000, "a"));
      await new Promise((resolve) => stream.once("drain", resolve));
      stream.end(String(hasRoom));`),
    expected: served(OCTETS, `${"a".repeat(1_000_000)}false`),
  },
];
