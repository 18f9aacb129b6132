import { once } from "node:events";
import { Agent } from "node:http";
import { text } from "node:stream/consumers";
import { downloadEvent, startDownloadFunction } from "../../helpers/invoke-download.ts";
import {
  pythonTest,
  pythonVariants,
  READINESS_PATH,
  spawnPackage,
  startPythonServer,
} from "../../helpers/python-download.ts";
import { answerWithObject, ETAG, type ReceivedRequest } from "../../helpers/scripted-s3.ts";
import { until } from "../../helpers/until.ts";

const object = (request: ReceivedRequest) => answerWithObject("0123456789", request);

/** Starts a server whose reader may take nothing for a quarter of a second. */
const impatientPrograms = {
  "download-stdlib": `
import os, stdlib_server
stdlib_server.RequestHandler.patience_seconds = 0.25
stdlib_server.serve(int(os.environ["AWS_LWA_PORT"]), stdlib_server.ObjectStore.of(os.environ))`,
  "download-fastapi": `
import os, fastapi_server, uvicorn
fastapi_server.DownloadResponse.patience_seconds = 0.25
uvicorn.run(fastapi_server.app, port=int(os.environ["AWS_LWA_PORT"]))`,
};

for (const variant of pythonVariants) {
  pythonTest(`${variant} frames every kind of answer so that one connection carries them all`, async (t) => {
    const python = await startPythonServer(t, variant, object);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    const sockets = new Set<unknown>();
    agent.on("free", (socket) => sockets.add(socket));
    for (const [request, status] of [
      [{}, 200],
      [{ method: "HEAD" }, 200],
      [{ headers: { "if-none-match": ETAG } }, 304],
      [{ body: "a body that nobody asked for" }, 200],
      [{ path: `/${variant}/` }, 400],
      [{ method: "HEAD", path: `/${variant}/` }, 400],
      [{ headers: { range: "bytes=2-3" } }, 206],
    ] as const) {
      const answer = await python.request({ ...request, agent });
      t.is(answer.status, status, JSON.stringify(request));
      t.true(answer.complete);
    }
    t.is(sockets.size, 1);
  });

  pythonTest(
    `${variant} serves nothing under a path that the adapter has folded into another one`,
    async (t) => {
      const python = await startPythonServer(t, variant, object);
      for (const [path, tail] of [
        [`/${variant}/k.txt`, "a/../k.txt"],
        [`/${variant}/k.txt`, "./k.txt"],
        [`/${variant}/k.txt`, "a/%2E%2e/k.txt"],
        [`/${variant}/a/k.txt`, "a\\k.txt"],
        [`/${variant}/k.txt`, "a\\..\\k.txt"],
        [READINESS_PATH, "%2e%2e/ready"],
      ] as const) {
        const { status, body } = await python.request({ path, sentPath: `/${variant}/${tail}` });
        t.is(status, 400, tail);
        t.regex(String(body), /^\{"error":\{"code":"invalid_key"/);
      }
      t.deepEqual(python.requests, []);
    },
  );

  pythonTest(`${variant} takes the last of a repeated header, as the adapter does`, async (t) => {
    const python = await startPythonServer(t, variant, object);
    const statusOf = async (...values: string[]) =>
      (await python.request({ headers: { "if-none-match": values } })).status;
    t.is(await statusOf('"other"', ETAG), 304);
    t.is(await statusOf(ETAG, '"other"'), 200);
  });

  pythonTest(`${variant} serves no other key behind a base path that is called like its route`, async (t) => {
    const python = await startPythonServer(t, variant, object);
    const context = (path: string) => ({
      "x-amzn-request-context": JSON.stringify({ resourcePath: `/${variant}/{key+}`, path }),
    });
    const ask = (path: string, sent: string) => python.request({ path, headers: context(sent) });
    // The API's own domain: the stage stands before the path.
    t.is((await ask(`/${variant}/${variant}/k.txt`, `/dev/${variant}/${variant}/k.txt`)).status, 200);
    // A custom domain: another base path, one that nothing can be told by, and one that the adapter takes off.
    t.is((await ask(`/base/${variant}/k.txt`, `/base/${variant}/k.txt`)).status, 200);
    t.is((await ask(`/${variant}/${variant}/k.txt`, `/${variant}/${variant}/k.txt`)).status, 400);
    t.is((await ask(`/${variant}/k.txt`, `/${variant}/${variant}/k.txt`)).status, 200);
    t.deepEqual(
      python.requests.map(({ url }) => url.replace(/\?.*/, "")),
      [`/bucket/${variant}/k.txt`, "/bucket/k.txt", "/bucket/k.txt"],
    );
  });

  pythonTest(`${variant} answers others while one waits for S3`, async (t) => {
    const python = await startPythonServer(t, variant, (request) =>
      python.requests.length === 1 ? { silent: true } : object(request),
    );
    void python.request().catch(() => {});
    while (python.requests.length === 0) await python.request({ path: READINESS_PATH });
    t.is((await python.request()).status, 200);
  });

  pythonTest(`${variant} passes on what has arrived, and waits for no more`, async (t) => {
    const python = await startPythonServer(t, variant, [
      { ...answerWithObject(Buffer.alloc(100_000), { headers: {} }), stallAfterBytes: 5000 },
    ]);
    const response = await python.open();
    let received = 0;
    while (received < 5000) {
      const [chunk] = (await once(response, "data")) as [Buffer];
      received += chunk.length;
    }
    t.is(received, 5000);
    response.destroy();
  });

  pythonTest(`${variant} lets go of S3 when the adapter closes the connection`, async (t) => {
    const python = await startPythonServer(t, variant, [
      { ...answerWithObject(Buffer.alloc(50_000_000), { headers: {} }) },
    ]);
    (await python.open()).destroy();
    await python.logged(1);
    t.like(python.log[0], { status: 200, outcome: "abandoned", cause: "reader_closed" });
    await python.idle();
  });

  pythonTest(`${variant} ends its process when nothing is taken from it for too long`, async (t) => {
    const python = await startPythonServer(
      t,
      variant,
      [answerWithObject(Buffer.alloc(50_000_000), { headers: {} })],
      { program: impatientPrograms[variant] },
    );
    const exited = once(python.process, "exit");
    // A request that this process is slow to send is given up like a reader who is slow to take.
    const response = await until(() => python.open().catch(() => undefined));
    response.pause().on("error", () => {});
    await exited;
    t.is(python.process.exitCode, 1);
    // What it has written may be read after its end is told.
    await python.logged(1);
    t.like(python.log[0], { outcome: "abandoned", cause: "reader_stalled" });
  });

  pythonTest(`${variant} logs what the Node.js function logs`, async (t) => {
    const nodejs = await startDownloadFunction(t, object);
    const python = await startPythonServer(t, variant, object);
    for (const [method, tail, headers] of [
      ["GET", "canary.txt", {}],
      ["HEAD", "canary.txt", {}],
      ["GET", "canary.txt", { "if-none-match": ETAG }],
      ["GET", "canary.txt", { range: "bytes=10-" }],
      ["GET", "canary%zz", {}],
    ] as const) {
      await nodejs.invoke(downloadEvent({ method, path: `/download/${tail}`, headers })).done;
      await python.request({ method, path: `/${variant}/${tail}?filename=canary`, headers });
      // An answer may arrive before its line is written: the next request waits, so that lines keep their order.
      await python.logged(nodejs.log.length);
    }
    const withoutTimes = ({
      durationMilliseconds,
      firstByteMilliseconds = NaN,
      ...entry
    }: (typeof nodejs.log)[0]) => {
      t.true(durationMilliseconds >= firstByteMilliseconds);
      return entry;
    };
    t.deepEqual(python.log.map(withoutTimes), nodejs.log.map(withoutTimes));
    t.notRegex(python.output(), /canary/);
  });

  pythonTest(`${variant} names objects in its log only when told to`, async (t) => {
    const python = await startPythonServer(t, variant, object, { variables: { LOG_KEYS: "true" } });
    await python.request({ path: `/${variant}/a%20key` });
    await python.logged(1);
    t.is(python.log[0]?.key, "a key");
    t.is(python.log[0]?.keySha256, undefined);
  });

  pythonTest(`${variant} serves only keys under its prefix`, async (t) => {
    const python = await startPythonServer(t, variant, object, { variables: { KEY_PREFIX: "in/" } });
    t.is((await python.request({ path: `/${variant}/in/k.txt` })).status, 200);
    t.is((await python.request({ path: `/${variant}/k.txt` })).status, 403);
    t.is(python.requests.length, 1);
  });

  pythonTest(
    `${variant} lets pages of allowed origins read answers, as the Node.js function does`,
    async (t) => {
      const origins = ["https://a.example", "https://b.example"];
      const nodejs = await startDownloadFunction(t, object, { corsOrigins: origins });
      const python = await startPythonServer(t, variant, object, {
        variables: { CORS_ORIGINS: origins.join(",") },
      });
      const names = ["vary", "access-control-allow-origin", "access-control-expose-headers"];
      for (const origin of [...origins, "https://evil.example", "null"]) {
        const { stream, done } = nodejs.invoke(downloadEvent({ headers: { origin } }));
        await done;
        const expected = new Headers(stream.response().metadata.headers);
        const { headers } = await python.request({ headers: { origin } });
        for (const name of names) t.is(headers[name] ?? null, expected.get(name), `${origin} ${name}`);
      }
    },
  );

  pythonTest(`${variant} does not start without what it needs, and says what that is`, async (t) => {
    for (const [variables, message] of [
      [{ BUCKET: "" }, /BUCKET is not set/],
      [{ KEY_PREFIX: "p" }, /KEY_PREFIX is "p".*end it in/],
      [{ LOG_KEYS: "yes" }, /LOG_KEYS is "yes"/],
    ] as const) {
      const child = await spawnPackage(t, variant, { variables: { AWS_LWA_PORT: "0", ...variables } });
      const [stderr] = await Promise.all([text(child.stderr), once(child, "exit")]);
      t.is(child.exitCode, 1);
      t.regex(stderr, message);
    }
  });
}
