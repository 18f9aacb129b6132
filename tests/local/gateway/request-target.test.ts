import test from "ava";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { sendRaw, startGateway } from "../../helpers/running-gateway.ts";

const head = (path: string, more = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`;

test("a URL of 10,240 characters is answered, a longer one is 414", async (t) => {
  const { port } = await startGateway(t, sampleRestApi());
  const longest = "/dev/download/".padEnd(10_240, "a");
  t.true((await sendRaw(port, head(longest))).startsWith("HTTP/1.1 200 "));
  t.true((await sendRaw(port, head(`${longest}a`))).startsWith("HTTP/1.1 414 "));
});

test("headers of 10,240 bytes are answered, more is 431", async (t) => {
  const { port } = await startGateway(t, sampleRestApi());
  const base = Buffer.byteLength("Host: a\r\nConnection: close\r\nX: \r\n");
  const filler = (bytes: number): string => `X: ${"x".repeat(bytes - base)}\r\n`;
  t.true((await sendRaw(port, head("/dev/download/a", filler(10_240)))).startsWith("HTTP/1.1 200 "));
  t.true((await sendRaw(port, head("/dev/download/a", filler(10_241)))).startsWith("HTTP/1.1 431 "));
  t.true((await sendRaw(port, head("/dev/download/a", filler(100_000)))).startsWith("HTTP/1.1 431 "));
});

test("a header counts wherever it stands, however many there are", async (t) => {
  const recorded = sampleRestApi().change("get-download", { apiKeyRequired: true });
  const { port, lambda } = await startGateway(t, recorded.usagePlan("dev", "the-key"));
  const many = "a:\r\n".repeat(1200);
  const answer = async (headers: string) =>
    (await sendRaw(port, head("/dev/download/a", headers))).slice(9, 12);
  t.is(await answer(`x-api-key: the-key\r\n${many}`), "200");
  t.is(await answer(`${many}x-api-key: the-key\r\n`), "200");
  t.is(await answer(`x-api-key: the-key\r\n${many}x-api-key: another\r\n`), "403");
  t.is(lambda.requests.length, 2);
});

for (const target of [
  "/download/%",
  "/download/%zz",
  "/download/%ff",
  "/echo/a?b=%",
  "/echo/a?b={c}",
  "/echo/a?b|c",
]) {
  test(`${target} is 400`, async (t) => {
    const { port, lambda } = await startGateway(t, sampleRestApi());
    const received = await sendRaw(port, head(`/dev${target}`));
    t.true(received.startsWith("HTTP/1.1 400 "));
    t.true(received.endsWith('{"message":"Bad Request"}'));
    t.is(lambda.requests.length, 0);
  });
}

test("the form of the target that proxies use means the same path", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  await sendRaw(port, head("http://api.local/dev/download/a?b=c"));
  t.is(lambda.event.path, "/download/a");
  t.deepEqual(lambda.event.queryStringParameters, { b: "c" });
});

const uploads = [
  {
    title: "with its length",
    headers: (size: number) => `Content-Length: ${size}\r\n`,
    body: (text: string) => text,
  },
  {
    title: "in chunks",
    headers: () => "Transfer-Encoding: chunked\r\n",
    body: (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
  },
];
for (const { title, headers, body } of uploads) {
  test(`a body above the limit, sent ${title}, is 413 and the connection stays`, async (t) => {
    const limits = { gatewayRequestBytes: 1_000 };
    const { port, lambda } = await startGateway(t, sampleRestApi(), { limits });
    const post = (size: number, more = ""): string =>
      `POST /dev/echo/a HTTP/1.1\r\nHost: a\r\n${more}${headers(size)}\r\n${body("x".repeat(size))}`;
    const received = await sendRaw(port, post(1_001) + post(1_000, "Connection: close\r\n"));
    t.deepEqual(received.match(/HTTP\/1.1 \d+/g), ["HTTP/1.1 413", "HTTP/1.1 200"]);
    t.regex(received, /x-amzn-ErrorType: RequestTooLargeException\r\n/);
    t.regex(received, /\{"message":"Request Too Long"\}/);
    t.is(lambda.requests.length, 1);
  });
}

test("an upload the client breaks off is no error and reaches no function", async (t) => {
  const recorded = sampleRestApi().accessLog("dev", "$context.status");
  const { port, lambda, nextAccessLogLine } = await startGateway(t, recorded);
  const { connect } = await import("node:net");
  const socket = connect(port, "127.0.0.1");
  socket.write("POST /dev/echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", () =>
    socket.destroy(),
  );
  t.is(await nextAccessLogLine(), "-");
  t.is(lambda.requests.length, 0);
});
