import test from "ava";
import http from "node:http";
import { once } from "node:events";
import { Backend } from "../../helpers/backend.ts";
import { loadBalancerArn, loadBalancerDns, privateRestApi } from "../../helpers/recorded-private-api.ts";
import { sendRaw, startGateway } from "../../helpers/running-gateway.ts";

const get = (path: string, headers = "") =>
  `GET ${path} HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n${headers}\r\n`;

for (const [title, asked, seen] of [
  ["the stage is not part of the path", "/dev/health", "/health"],
  ["the root has the uri's own path", "/dev", "/"],
  ["the root with a slash has the uri's own path", "/dev/", "/"],
  ["a path goes on below the uri's", "/dev/assets/a/b.css", "/assets/a/b.css"],
  ["the query goes along", "/dev/download/a?filename=b%20c&x=1", "/download/a?filename=b%20c&x=1"],
  ["a parameter that repeats stays twice", "/dev/a?x=1&x=2", "/a?x=1&x=2"],
  ["a parameter without value has an empty one", "/dev/a?x", "/a?x="],
  ["a plus of the query is a space", "/dev/a?x=b+c", "/a?x=b%20c"],
  ["a plus of the path is encoded and stays a plus", "/dev/download/a+b", "/download/a%2Bb"],
  ["an encoded slash arrives as a slash", "/dev/download/a%2Fb", "/download/a/b"],
  ["a slash that doubles stays twice", "/dev/download//a", "/download//a"],
  ["an encoded percent stays encoded", "/dev/download/100%25.txt", "/download/100%25.txt"],
  ["an encoded question mark stays encoded", "/dev/download/a%3Fb", "/download/a%3Fb"],
  ["other characters stay encoded", "/dev/download/%E3%81%82", "/download/%E3%81%82"],
] as const) {
  test(`${title}: ${asked}`, async (t) => {
    const backend = await Backend.start(t);
    const { port } = await startGateway(t, privateRestApi(), { links: backend });
    const received = await sendRaw(port, get(asked));
    t.regex(received, /^HTTP\/1\.1 200 /);
    t.is(backend.request.path, seen);
  });
}

test("a header of a fixed value stands in place of every one of its name that the client sent", async (t) => {
  const backend = await Backend.start(t);
  const recorded = privateRestApi().change("any-root-integration", {
    requestParameters: { "integration.request.header.X-Mark": "'public'" },
  });
  const { port } = await startGateway(t, recorded, { links: backend });
  await sendRaw(port, get("/dev/", "x-mark: protected\r\nX-MARK: other\r\nX-Marked: mine\r\n"));
  const { headers } = backend.request;
  t.deepEqual([headers["x-mark"], headers["x-marked"]], ["public", "mine"]);
});

test("a path with a malformed escape is refused", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  t.is((await fetch(`${url}/download/%zz`)).status, 400);
  t.is(backend.requests.length, 0);
});

test("a parameter without mapping reaches the endpoint as it stands in the uri", async (t) => {
  const backend = await Backend.start(t);
  const recorded = privateRestApi().change("any-proxy-integration", { requestParameters: undefined });
  const { url } = await startGateway(t, recorded, { links: backend });
  t.is((await fetch(`${url}/health`)).status, 200);
  t.is(backend.request.path, "/{proxy}");
});

test("a uri without path sends every path to the root", async (t) => {
  const backend = await Backend.start(t);
  const recorded = privateRestApi().change("any-proxy-integration", { uri: `http://${loadBalancerDns}:80` });
  const { url } = await startGateway(t, recorded, { links: backend });
  t.is((await fetch(`${url}/health?x=1`)).status, 200);
  t.is(backend.request.path, "/?x=1");
});

for (const [integrationHttpMethod, seen] of [
  ["ANY", "PUT"],
  ["POST", "POST"],
] as const) {
  test(`integrationHttpMethod ${integrationHttpMethod} sends a PUT as ${seen}`, async (t) => {
    const backend = await Backend.start(t);
    const recorded = privateRestApi().change("any-proxy-integration", { integrationHttpMethod });
    const { url } = await startGateway(t, recorded, { links: backend });
    await fetch(`${url}/a`, { method: "PUT", body: "é" });
    t.is(backend.request.method, seen);
    t.is(backend.request.body.toString(), "é");
    t.is(backend.request.headers["content-length"], "2");
  });
}

test("a body that is no UTF-8 reaches the endpoint as text, as long as it is said to be", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  const response = await fetch(`${url}/a`, { method: "POST", body: new Uint8Array([0x61, 0xff, 0xfe]) });
  t.is(response.status, 200);
  t.is(backend.request.body.toString(), "a\uFFFD\uFFFD");
  t.is(backend.request.headers["content-length"], "7");
});

test("the hop is the one the integration names", async (t) => {
  const backend = await Backend.start(t);
  const recorded = privateRestApi().change("any-proxy-integration", {
    uri: "https://chat.example.com/{proxy}",
    tlsConfig: { insecureSkipVerification: true },
  });
  const { url } = await startGateway(t, recorded, { links: backend });
  await fetch(`${url}/`);
  await fetch(`${url}/a`);
  const common = { vpcLinkId: "link", loadBalancerArn };
  t.like(backend.hops[0], {
    ...common,
    endpoint: { scheme: "http", host: loadBalancerDns, port: 80 },
    verifiesCertificate: true,
  });
  t.like(backend.hops[1], {
    ...common,
    endpoint: { scheme: "https", host: "chat.example.com", port: 443 },
    verifiesCertificate: false,
  });
});

test("Host is the uri's, and API Gateway adds its own headers", async (t) => {
  const backend = await Backend.start(t);
  const recorded = privateRestApi().change("any-proxy-integration", { uri: "http://chat.example.com:81/" });
  const { port } = await startGateway(t, recorded, { links: backend });
  await sendRaw(port, get("/dev/a", "X-Forwarded-For: 192.0.2.1\r\nX-Amzn-Trace-Id: mine\r\n"));
  const { headers } = backend.request;
  t.is(headers.host, "chat.example.com:81");
  t.is(headers["x-amzn-apigateway-api-id"], "api");
  t.is(headers["user-agent"], "AmazonAPIGateway_api");
  t.is(headers["x-forwarded-for"], "192.0.2.1, 127.0.0.1");
  t.is(headers["x-forwarded-proto"], "http");
  t.is(headers["x-forwarded-port"], String(port));
  t.regex(String(headers["x-amzn-trace-id"]), /^Root=1-[\da-f]{8}-[\da-f]{24}$/);
});

test("headers pass or are dropped by the column for HTTP proxies", async (t) => {
  const backend = await Backend.start(t);
  const { port } = await startGateway(t, privateRestApi(), { links: backend });
  const passed = ["Accept", "Accept-Encoding", "Authorization", "Pragma", "Range", "User-Agent", "X-Api-Key"];
  const dropped = [
    ...[
      "Content-Encoding",
      "Content-MD5",
      "Keep-Alive",
      "Max-Forwards",
      "Proxy-Authenticate",
      "Server",
      "TE",
    ],
    ...["Trailer", "Upgrade", "Via", "WWW-Authenticate"],
  ];
  await sendRaw(port, get("/dev/a", [...passed, ...dropped].map((name) => `${name}: given\r\n`).join("")));
  const { headers } = backend.request;
  for (const name of passed) t.is(headers[name.toLowerCase()], "given", name);
  for (const name of dropped) t.is(headers[name.toLowerCase()], undefined, name);
  t.is(headers.connection, "close");
});

test("a signature stays with API Gateway", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  await fetch(`${url}/a`, { headers: { authorization: "AWS4-HMAC-SHA256 Credential=a" } });
  t.is(backend.request.headers.authorization, undefined);
});

test("a body of unknown length is sent with its length", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  const request = http.request(`${url}/a`, { method: "POST" });
  request.write("in ");
  request.end("chunks");
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  response.resume();
  t.is(backend.request.body.toString(), "in chunks");
  t.is(backend.request.headers["content-length"], "9");
  t.is(backend.request.headers["transfer-encoding"], undefined);
});

test("a POST without body says so, a GET says nothing", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  await fetch(`${url}/a`, { method: "POST" });
  t.is(backend.request.headers["content-length"], "0");
  await fetch(`${url}/a`);
  t.is(backend.request.headers["content-length"], undefined);
  t.is(backend.request.headers["transfer-encoding"], undefined);
});
