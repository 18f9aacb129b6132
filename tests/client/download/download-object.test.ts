import { randomBytes } from "node:crypto";
import test from "ava";
import {
  ClientError,
  type ClientErrorCode,
  downloadObject,
  type DownloadOptions,
} from "../../../client/index.ts";
import { sha256 as createHash } from "../../../client/node/index.ts";
import { withObject, type Fault } from "../object-server.ts";

const KiB = 1024;
const content = randomBytes(300 * KiB + 7);
const quick = { firstDelayMilliseconds: 1, progressBytes: KiB };

async function read(options: DownloadOptions): Promise<Buffer> {
  const download = await downloadObject({ rangeBytes: 16 * KiB, retry: quick, createHash, ...options });
  const chunks: Uint8Array[] = [];
  for await (const chunk of download.stream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("an object comes in ranges side by side, each on condition that it is the same", async (t) => {
  await withObject(content, async (server) => {
    const received = await read({ url: server.url, key: "a b/c.bin" });
    t.deepEqual(received, content);
    const ranges = server.requests.filter(({ method }) => method === "GET").map(({ range }) => range);
    t.is(ranges.length, Math.ceil(content.length / (16 * KiB)));
    t.true(ranges.includes("bytes=16384-32767"));
  });
});

test("eight ranges are asked for side by side, and no more", async (t) => {
  await withObject(content, async (server) => {
    server.answersTogether = 8;
    t.deepEqual(await read({ url: server.url, key: "k" }), content);
    t.is(server.mostOpen, 8);
  });
});

test("an empty object is an empty stream", async (t) => {
  await withObject(Buffer.alloc(0), async (server) => {
    t.is((await read({ url: server.url, key: "k" })).length, 0);
  });
});

test("an object of one byte, and of exactly one and two ranges", async (t) => {
  for (const length of [1, 16 * KiB, 32 * KiB, 32 * KiB + 1]) {
    const some = content.subarray(0, length);
    await withObject(some, async (server) => t.deepEqual(await read({ url: server.url, key: "k" }), some));
  }
});

const borne: Readonly<Record<string, (request: number) => Fault | undefined>> = {
  "responses that are cut": (request) => (request % 2 === 0 ? { cutAfter: 5000 } : undefined),
  "503 with Retry-After": (request) => (request % 5 === 1 ? { status: 503, retryAfter: "0" } : undefined),
  "429 and 500": (request) => (request % 3 === 1 ? { status: request % 2 === 0 ? 429 : 500 } : undefined),
  "a first answer of 503": (request) => (request === 0 ? { status: 503 } : undefined),
  "a proxy that takes Range off every request": () => "ignore-range",
  "a proxy that takes Range off one request": (request) => (request === 4 ? "ignore-range" : undefined),
};

for (const [name, faultOf] of Object.entries(borne)) {
  test(`${name}: every byte comes, once`, async (t) => {
    await withObject(content, async (server) => {
      server.faultOf = faultOf;
      t.deepEqual(await read({ url: server.url, key: "k" }), content);
    });
  });
}

test("a response that stalls is given up, and its bytes are kept", async (t) => {
  await withObject(content, async (server) => {
    server.faultOf = (request) => (request === 3 ? { stallAfter: 2000 } : undefined);
    const retry = { ...quick, stallMilliseconds: 1000, maxTries: 50 };
    t.deepEqual(await read({ url: server.url, key: "k", retry }), content);
    const starts = server.requests.map(({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0));
    t.true(starts.some((start) => start % (16 * KiB) === 2000));
  });
});

test("a cut whole response is gone on with from where it broke", async (t) => {
  await withObject(content, async (server) => {
    server.faultOf = (request) => (request === 0 ? { cutAfter: 70_000 } : undefined);
    server.extraHeaders["accept-ranges"] = "bytes";
    t.deepEqual(await read({ url: server.url, key: "k", rangeBytes: 400 * KiB }), content);
    t.true(
      server.requests.some(({ range }) => range?.startsWith("bytes=") === true && range !== "bytes=0-409599"),
    );
  });
});

const ends: Readonly<Record<string, readonly [(request: number) => Fault | undefined, ClientErrorCode]>> = {
  "a wrong Content-Range": [
    (request) => (request === 5 ? { contentRange: "bytes 0-9/10" } : undefined),
    "changed",
  ],
  "other bytes than asked for": [
    (request) => (request === 5 ? { contentRange: `bytes 0-16383/${content.length}` } : undefined),
    "malformed",
  ],
  "a used-up quota": [
    (request) => (request === 5 ? { status: 429, code: "quota_exceeded" } : undefined),
    "refused",
  ],
  "credentials that are no longer good": [
    (request) => (request === 5 ? { status: 403 } : undefined),
    "refused",
  ],
  "503 for ever": [(request) => (request >= 5 ? { status: 503, retryAfter: "0" } : undefined), "refused"],
  "cuts for ever": [(request) => (request >= 5 ? { cutAfter: 1 } : undefined), "unreachable"],
  "Retry-After of an hour": [
    (request) => (request === 5 ? { status: 503, retryAfter: "3600" } : undefined),
    "refused",
  ],
};

for (const [name, [faultOf, code]] of Object.entries(ends)) {
  test(`${name} ends the download as ${code}`, async (t) => {
    await withObject(content, async (server) => {
      server.faultOf = faultOf;
      const error = await t.throwsAsync(read({ url: server.url, key: "k" }), { instanceOf: ClientError });
      t.is(error.code, code);
    });
  });
}

test("an object that is replaced on the way ends the download, and no byte of the other is given", async (t) => {
  const other = randomBytes(content.length);
  await withObject(content, async (server) => {
    server.faultOf = (request) => {
      if (request === 6) server.replace(other);
      return undefined;
    };
    const download = await downloadObject({ url: server.url, key: "k", rangeBytes: 16 * KiB, retry: quick });
    const received: Uint8Array[] = [];
    const error = await t.throwsAsync(
      async () => {
        for await (const chunk of download.stream()) received.push(chunk);
      },
      { instanceOf: ClientError },
    );
    t.is(error.code, "changed");
    const bytes = Buffer.concat(received);
    t.deepEqual(bytes, content.subarray(0, bytes.length));
  });
});

test("bytes without the digest that the API sent never end a stream well", async (t) => {
  await withObject(content, async (server) => {
    server.digest = createHash().digest();
    const error = await t.throwsAsync(read({ url: server.url, key: "k" }), { instanceOf: ClientError });
    t.is(error.code, "mismatch");
  });
});

test("a range in an encoded form is asked for as a whole", async (t) => {
  await withObject(Buffer.from("plain"), async (server) => {
    server.extraHeaders["content-encoding"] = "identity";
    t.is(String(await read({ url: server.url, key: "k" })), "plain");
  });
});

test("a refusal before the first byte has the API's words", async (t) => {
  await withObject(content, async (server) => {
    server.faultOf = () => ({ status: 404, code: "not_found" });
    const error = await t.throwsAsync(read({ url: server.url, key: "k" }), { instanceOf: ClientError });
    t.like(error, { code: "refused", status: 404, apiCode: "not_found", message: "Not now." });
  });
});

test("nobody there is said as such", async (t) => {
  const error = await t.throwsAsync(
    read({ url: "http://127.0.0.1:1/download", key: "k", retry: { ...quick, maxTries: 2 } }),
    { instanceOf: ClientError },
  );
  t.is(error.code, "unreachable");
});

test("the signal ends a download, with its reason", async (t) => {
  await withObject(content, async (server) => {
    const stopping = new AbortController();
    const reason = new Error("enough");
    const download = await downloadObject({
      url: server.url,
      key: "k",
      rangeBytes: 16 * KiB,
      signal: stopping.signal,
    });
    const error = await t.throwsAsync(async () => {
      const reader = download.stream().getReader();
      await reader.read();
      stopping.abort(reason);
      while (!(await reader.read()).done);
    });
    t.is(error, reason);
  });
});

test("a stream that is not read holds no more ranges than its window", async (t) => {
  await withObject(content, async (server) => {
    const download = await downloadObject({ url: server.url, key: "k", rangeBytes: 4 * KiB, concurrency: 3 });
    const reader = download.stream().getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 100));
    t.true(server.requests.length <= 6);
    await reader.cancel();
  });
});

test("progress ends at all bytes", async (t) => {
  await withObject(content, async (server) => {
    let last = 0;
    await read({ url: server.url, key: "k", onProgress: ({ receivedBytes }) => (last = receivedBytes) });
    t.is(last, content.length);
  });
});
