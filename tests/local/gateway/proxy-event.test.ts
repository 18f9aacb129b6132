import test from "ava";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { sendRaw, startGateway } from "../../helpers/running-gateway.ts";

test("the event has payload version 1.0, whole", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi(), {
    now: () => Date.UTC(2026, 10, 22, 5, 9, 25),
  });
  await sendRaw(
    port,
    "GET /dev/download/a%20b/c?x=1&x=2&y HTTP/1.1\r\nHost: api.local\r\nUser-Agent: test\r\nX-One: 1\r\nConnection: close\r\n\r\n",
  );
  const { headers, multiValueHeaders, requestContext, ...event } = lambda.event;
  t.deepEqual(event, {
    resource: "/download/{key+}",
    path: "/download/a%20b/c",
    httpMethod: "GET",
    queryStringParameters: { x: "2", y: "" },
    multiValueQueryStringParameters: { x: ["1", "2"], y: [""] },
    pathParameters: { key: "a b/c" },
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  });
  const { "X-Amzn-Trace-Id": traceId, ...otherHeaders } = headers ?? {};
  t.regex(String(traceId), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  t.deepEqual(otherHeaders, {
    Host: "api.local",
    "User-Agent": "test",
    "X-One": "1",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Port": String(port),
    "X-Forwarded-Proto": "http",
  });
  t.deepEqual(multiValueHeaders?.["X-One"], ["1"]);
  const { requestId, extendedRequestId, identity, ...context } = requestContext;
  t.regex(requestId, /^[0-9a-f-]{36}$/);
  t.truthy(extendedRequestId);
  t.deepEqual(context, {
    accountId: "123456789012",
    apiId: "api",
    resourceId: "key",
    resourcePath: "/download/{key+}",
    httpMethod: "GET",
    path: "/dev/download/a%20b/c",
    stage: "dev",
    requestTime: "22/Nov/2026:05:09:25 +0000",
    requestTimeEpoch: Date.UTC(2026, 10, 22, 5, 9, 25),
    protocol: "HTTP/1.1",
    domainName: "api.local",
    domainPrefix: "api",
  });
  t.is(identity.sourceIp, "127.0.0.1");
  t.is(identity.userAgent, "test");
  t.is(identity["user"], null);
});

const paths = [
  { path: "/download/100%25.txt", key: "100%.txt" },
  { path: "/download/a%2Fb", key: "a/b" },
  { path: "/download/a+b", key: "a+b" },
  { path: "/download/%E6%97%A5%E6%9C%AC", key: "日本" },
  { path: "/download/a//b", key: "a//b" },
  { path: "/download/a/../b", key: "a/../b" },
  { path: "/download/a%3Fb%23c", key: "a?b#c" },
  { path: "/download/a/", key: "a" },
];
for (const { path, key } of paths) {
  test(`${path} reaches the function as it was sent, its parameter decoded once`, async (t) => {
    const { port, lambda } = await startGateway(t, sampleRestApi());
    await sendRaw(port, `GET /dev${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    t.is(lambda.event.path, path);
    t.deepEqual(lambda.event.pathParameters, { key });
  });
}

test("query parameters are decoded; a semicolon separates and a plus is a space", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  await fetch(`${url}/echo/a?name=a%26b+c;b=%E6%97%A5;b==&__proto__=p`);
  t.deepEqual(lambda.event.multiValueQueryStringParameters, {
    name: ["a&b c"],
    b: ["日", "="],
    ["__proto__"]: ["p"],
  });
});

test("a repeated header keeps all its values, and its last where there is room for one", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  await sendRaw(
    port,
    "GET /dev/echo/a HTTP/1.1\r\nHost: a\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n\r\n",
  );
  t.deepEqual(lambda.event.multiValueHeaders?.["X-Two"], ["1", "2"]);
  t.is(lambda.event.headers?.["X-Two"], "2");
});

const requestHeaders = [
  { name: "Accept", isPassed: true },
  { name: "Accept-Encoding", isPassed: true },
  { name: "Age", isPassed: true },
  { name: "Authorization", isPassed: true },
  { name: "Connection", isPassed: false },
  { name: "Content-Encoding", isPassed: true },
  { name: "Content-MD5", isPassed: false },
  { name: "Content-Type", isPassed: true },
  { name: "Date", isPassed: true },
  { name: "Max-Forwards", isPassed: false },
  { name: "Pragma", isPassed: true },
  { name: "Proxy-Authenticate", isPassed: false },
  { name: "Range", isPassed: true },
  { name: "Referer", isPassed: true },
  { name: "Server", isPassed: false },
  { name: "TE", isPassed: false },
  { name: "Trailer", isPassed: false },
  { name: "Upgrade", isPassed: false },
  { name: "User-Agent", isPassed: true },
  { name: "Via", isPassed: true },
  { name: "WWW-Authenticate", isPassed: false },
];
for (const { name, isPassed } of requestHeaders) {
  test(`a client's ${name} ${isPassed ? "reaches" : "does not reach"} the function`, async (t) => {
    const { port, lambda } = await startGateway(t, sampleRestApi());
    const value = name === "Connection" ? "close" : "v";
    await sendRaw(
      port,
      `GET /dev/echo/a HTTP/1.1\r\nHost: a\r\n${name}: ${value}\r\n${name === "Connection" ? "" : "Connection: close\r\n"}\r\n`,
    );
    t.is(lambda.event.headers?.[name], isPassed ? value : undefined);
  });
}

test("Expect is answered by the gateway, not handed on", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  const received = await sendRaw(
    port,
    "POST /dev/echo/a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
  );
  t.true(received.startsWith("HTTP/1.1 100 Continue\r\n"));
  t.is(lambda.event.headers?.["Expect"], undefined);
});

test("a signature is for the gateway and does not reach the function", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  await fetch(`${url}/echo/a`, { headers: { Authorization: "AWS4-HMAC-SHA256 Credential=x" } });
  t.is(lambda.event.headers?.["authorization"], undefined);
});

test("the client's address is added to X-Forwarded-For, and its trace id replaced", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  await fetch(`${url}/echo/a`, { headers: { "X-Forwarded-For": "10.0.0.1", "X-Amzn-Trace-Id": "mine" } });
  t.is(lambda.event.headers?.["X-Forwarded-For"], "10.0.0.1, 127.0.0.1");
  t.not(lambda.event.headers?.["X-Amzn-Trace-Id"], "mine");
  t.is(lambda.event.headers?.["x-forwarded-for"], undefined);
});

test("a chunked upload arrives whole, with its length", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  await sendRaw(
    port,
    "POST /dev/echo/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n",
  );
  t.is(lambda.event.headers?.["Transfer-Encoding"], undefined);
  t.is(lambda.event.headers?.["Content-Length"], "3");
  t.is(lambda.event.body, "hi!");
});

const bodies = [
  {
    title: "text without binary media types",
    binaryMediaTypes: [],
    type: "image/png",
    isBase64Encoded: false,
  },
  { title: "a named type", binaryMediaTypes: ["image/png"], type: "image/png", isBase64Encoded: true },
  {
    title: "a type with parameters",
    binaryMediaTypes: ["text/plain"],
    type: "text/plain; charset=utf-8",
    isBase64Encoded: true,
  },
  { title: "a whole family", binaryMediaTypes: ["image/*"], type: "image/png", isBase64Encoded: true },
  { title: "any type", binaryMediaTypes: ["*/*"], type: "a/b", isBase64Encoded: true },
  { title: "another type", binaryMediaTypes: ["image/png"], type: "image/jpeg", isBase64Encoded: false },
];
for (const { title, binaryMediaTypes, type, isBase64Encoded } of bodies) {
  test(`a body is ${isBase64Encoded ? "base64" : "text"} for ${title}`, async (t) => {
    const { url, lambda } = await startGateway(t, sampleRestApi({ binaryMediaTypes }));
    await fetch(`${url}/echo/a`, { method: "POST", body: "hé", headers: { "Content-Type": type } });
    t.is(lambda.event.isBase64Encoded, isBase64Encoded);
    t.is(lambda.event.body, isBase64Encoded ? Buffer.from("hé").toString("base64") : "hé");
    t.is(lambda.event.headers?.["Content-Length"], "3");
  });
}

test("stage variables are handed on", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi().change("dev", { variables: { a: "b" } }));
  await fetch(`${url}/echo/a`);
  t.deepEqual(lambda.event.stageVariables, { a: "b" });
});
