import test from "ava";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { VpcLinkError } from "../../../local/gateway/vpc-link-service.ts";
import { Backend } from "../../helpers/backend.ts";
import { privateRestApi } from "../../helpers/recorded-private-api.ts";
import { sendRaw, startGateway } from "../../helpers/running-gateway.ts";
import { bytesUntilStalled, ENDLESS_BYTES } from "../../helpers/unread-response.ts";

const FINAL_CHUNK = "\r\n0\r\n\r\n";
const get = (headers = "") => `GET /dev/a HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const getAndClose = get("Connection: close\r\n");

/** The API of these tests with its answers passed on whole. */
const buffered = () => privateRestApi().change("any-proxy-integration", { responseTransferMode: "BUFFERED" });

test("each chunk reaches the client before the endpoint writes the next", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  const answering = new Promise<ServerResponse>((resolve) => {
    backend.onRequest = (_request, response) => resolve(response);
  });
  const request = http.get(`${url}/a`);
  const fromEndpoint = await answering;
  fromEndpoint.flushHeaders();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  for (const text of ["one", "two", "three"]) {
    fromEndpoint.write(text);
    const [chunk] = (await once(response, "data")) as [Buffer];
    t.is(chunk.toString(), text);
  }
  fromEndpoint.end();
  await once(response, "end");
});

for (const mode of ["STREAM", "BUFFERED"] as const) {
  test(`${mode}: status, headers and body are the endpoint's, but for the headers of API Gateway's table`, async (t) => {
    const backend = await Backend.start(t);
    const recorded = privateRestApi().change("any-proxy-integration", { responseTransferMode: mode });
    const { port } = await startGateway(t, recorded, { links: backend });
    backend.onRequest = (_request, response) => {
      response.writeHead(418, [
        ...["Content-Type", "text/plain", "Content-Length", "3", "ETag", '"a"', "Via", "1.1 b"],
        ...["Date", "then", "Server", "own", "Set-Cookie", "a=1", "Set-Cookie", "b=2"],
        ...["WWW-Authenticate", "Basic", "vary", "Accept", "Vary", "Origin"],
      ]);
      response.end("tea");
    };
    const received = await sendRaw(port, getAndClose);
    t.regex(received, /^HTTP\/1\.1 418 /);
    for (const line of [
      ...[
        "Content-Type: text/plain",
        'ETag: "a"',
        "Set-Cookie: a=1",
        "Set-Cookie: b=2",
        "vary: Accept",
        "vary: Origin",
      ],
      ...[
        "x-amzn-Remapped-Date: then",
        "x-amzn-Remapped-Server: own",
        "x-amzn-Remapped-WWW-Authenticate: Basic",
      ],
      ...["x-amzn-Remapped-Connection: close", "Content-Length: 3"],
    ]) {
      t.true(received.includes(`\r\n${line}\r\n`), line);
    }
    t.notRegex(received, /\r\n(via|server|transfer-encoding|keep-alive: timeout=5): /i);
    t.is(received.includes("\r\nx-amzn-Remapped-Content-Length: 3\r\n"), mode === "BUFFERED");
    t.true(received.endsWith("\r\n\r\ntea"));
  });
}

test("a response without Content-Type gets the default one", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  t.is((await fetch(`${url}/a`)).headers.get("content-type"), "application/json");
});

test("an error of the endpoint is the client's", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  backend.onRequest = (_request, response) => response.writeHead(503, { "retry-after": "5" }).end("busy");
  const response = await fetch(`${url}/a`);
  t.is(response.status, 503);
  t.is(response.headers.get("retry-after"), "5");
  t.is(await response.text(), "busy");
});

test("HEAD, 204 and 304 have no body and keep the connection", async (t) => {
  const backend = await Backend.start(t);
  const { port } = await startGateway(t, privateRestApi(), { links: backend });
  const statuses = [200, 204, 304];
  backend.onRequest = (_request, response) => {
    response
      .setHeader("Content-Length", "9")
      .writeHead(statuses.shift() ?? 500)
      .end();
  };
  const received = await sendRaw(port, `${get().replace("GET", "HEAD")}${get()}${getAndClose}`);
  t.deepEqual(received.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 204", "HTTP/1.1 304"]);
  t.notRegex(received, /transfer-encoding/i);
});

const breaks: {
  title: string;
  answer: (response: ServerResponse) => unknown;
  fault: RegExp;
  limits?: object;
  timeoutMilliseconds?: number;
}[] = [
  {
    title: "an endpoint that breaks off",
    answer: (response) => response.write("half", () => response.destroy()),
    fault: /broken off after 4 bytes: the connection to the load balancer failed: ECONNRESET$/,
  },
  {
    title: "an endpoint that sends less than its Content-Length",
    answer: (response) => {
      response.setHeader("Content-Length", "9");
      return response.write("half", () => response.destroy());
    },
    fault: /broken off after 4 bytes: the connection to the load balancer failed: ECONNRESET$/,
  },
  {
    title: "an endpoint that falls silent",
    answer: (response) => response.write("half"),
    limits: { gatewayStreamIdleMilliseconds: 3000 },
    fault: /broken off after 4 bytes: no byte for 3000 ms$/,
  },
  {
    title: "an endpoint that never ends",
    answer: async (response) => {
      while (response.write("half")) await sleep(5);
    },
    timeoutMilliseconds: 3000,
    fault: /broken off after \d+ bytes: the integration took longer than 3000 ms$/,
  },
];
for (const { title, answer, fault, limits = {}, timeoutMilliseconds = 29_000 } of breaks) {
  test(`${title} has the client's connection closed without the final chunk`, async (t) => {
    const backend = await Backend.start(t);
    const recorded = privateRestApi().change("any-proxy-integration", { timeoutMilliseconds });
    const { port, errors } = await startGateway(t, recorded, { links: backend, limits });
    backend.onRequest = (_request, response) => answer(response);
    // The request asks for no closing: only breaking off can end the connection.
    const received = await sendRaw(port, get());
    t.true(received.startsWith("HTTP/1.1 200 OK\r\n"));
    t.true(received.includes("half"));
    t.false(received.endsWith(FINAL_CHUNK));
    t.is(errors.length, 1);
    t.regex(String(errors.pop()), fault);
  });
}

for (const mode of ["STREAM", "BUFFERED"] as const) {
  test(`${mode}: an endpoint that does not answer in time is 504`, async (t) => {
    const backend = await Backend.start(t);
    const inputs = { responseTransferMode: mode, timeoutMilliseconds: 1000 };
    const recorded = privateRestApi().change("any-proxy-integration", inputs);
    const { url, errors } = await startGateway(t, recorded, { links: backend });
    const closed = new Promise((resolve) => {
      backend.onRequest = ({ message }) => message.socket.once("close", resolve);
    });
    const response = await fetch(`${url}/a`);
    t.is(response.status, 504);
    t.is(await response.text(), '{"message": "Endpoint request timed out"}');
    await closed;
    t.regex(String(errors.pop()), /GET \/\{proxy\+\} .*: the integration took longer than 1000 ms$/);
  });

  test(`${mode}: an endpoint that hangs up before its headers is 504`, async (t) => {
    const backend = await Backend.start(t);
    const recorded = privateRestApi().change("any-proxy-integration", { responseTransferMode: mode });
    const { url, errors } = await startGateway(t, recorded, { links: backend });
    backend.onRequest = ({ message }) => message.socket.destroy();
    const response = await fetch(`${url}/a`);
    t.is(response.status, 504);
    t.is(await response.text(), '{"message": "Network error communicating with endpoint"}');
    t.is(response.headers.get("x-amzn-errortype"), "InternalServerErrorException");
    t.regex(String(errors.pop()), /the connection to the load balancer failed: ECONNRESET$/);
  });
}

for (const [reason, status] of [
  ["blocked", 504],
  ["configuration", 500],
] as const) {
  test(`a load balancer that cannot be reached, ${reason}, is ${status} at once, and the log says why`, async (t) => {
    const links = {
      connect: () => {
        throw new VpcLinkError(reason, "no rule");
      },
    };
    const { url, errors } = await startGateway(t, privateRestApi(), { links });
    t.is((await fetch(`${url}/a`)).status, status);
    t.regex(String(errors.pop()), /^GET \/\{proxy\+\} .*: no rule$/);
  });
}

test("without networks every private integration is 504", async (t) => {
  const { url, errors } = await startGateway(t, privateRestApi());
  t.is((await fetch(`${url}/a`)).status, 504);
  t.regex(String(errors.pop()), /nothing is behind the VPC link link$/);
});

test("a buffered response that breaks off is 504", async (t) => {
  const backend = await Backend.start(t);
  const { url, errors } = await startGateway(t, buffered(), { links: backend });
  backend.onRequest = (_request, response) => response.write("half", () => response.destroy());
  t.is((await fetch(`${url}/a`)).status, 504);
  t.regex(String(errors.pop()), /ECONNRESET$/);
});

for (const [bytes, status] of [
  [1000, 200],
  [1001, 500],
] as const) {
  test(`a buffered response of ${bytes} bytes is ${status} where 1000 are allowed`, async (t) => {
    const backend = await Backend.start(t);
    const limits = { gatewayBufferedResponseBytes: 1000 };
    const { url, errors } = await startGateway(t, buffered(), { links: backend, limits });
    backend.onRequest = (_request, response) => response.end(Buffer.alloc(bytes));
    t.is((await fetch(`${url}/a`)).status, status);
    t.is(errors.splice(0).length, status === 200 ? 0 : 1);
  });
}

for (const [title, answer] of [
  ["before the first byte", () => {}],
  ["in mid-response", (response: ServerResponse) => response.write("first")],
] as const) {
  test(`a client that leaves ${title} takes the connection to the endpoint with it, which is no error`, async (t) => {
    const backend = await Backend.start(t);
    const { port } = await startGateway(t, privateRestApi(), { links: backend });
    const socket = net.connect(port, "127.0.0.1").on("error", () => {});
    const closed = new Promise((resolve) => {
      backend.onRequest = ({ message }, response) => {
        message.socket.once("close", resolve);
        answer(response);
        setImmediate(() => socket.destroy());
      };
    });
    socket.write(get());
    await closed;
    t.pass();
  });
}

test("a client that does not read stops the endpoint from writing", async (t) => {
  const backend = await Backend.start(t);
  const { port } = await startGateway(t, privateRestApi(), { links: backend });
  const stalled = bytesUntilStalled(backend);
  const socket = net.connect(port, "127.0.0.1").pause();
  t.teardown(() => socket.destroy());
  socket.write(get());
  const written = await stalled;
  t.true(written < ENDLESS_BYTES, `${written} bytes were written`);
});

test("a response is held to the bandwidth cap once its burst is spent", async (t) => {
  const backend = await Backend.start(t);
  const limits = { gatewayStreamBurstBytes: 1_000, gatewayStreamBytesPerSecond: 10_000 };
  const { url } = await startGateway(t, privateRestApi(), { links: backend, enforceCaps: true, limits });
  backend.onRequest = (_request, response) => response.end(Buffer.alloc(3_000));
  const startedAt = performance.now();
  t.is((await (await fetch(`${url}/a`)).arrayBuffer()).byteLength, 3_000);
  t.true(performance.now() - startedAt >= 190);
});

test("the access log has the endpoint's status, the mode and the times", async (t) => {
  const backend = await Backend.start(t);
  const format = ["status", "integration.status", "integration.responseTransferMode", "responseLength"]
    .concat("integration.timeToAllHeaders", "integration.timeToFirstContent", "integration.latency")
    .map((name) => `$context.${name}`)
    .join(" ");
  const recorded = privateRestApi().accessLog("dev", format);
  const { url, nextAccessLogLine } = await startGateway(t, recorded, { links: backend });
  backend.onRequest = (_request, response) => response.writeHead(404).end("none");
  await (await fetch(`${url}/a`)).text();
  t.regex(await nextAccessLogLine(), /^404 404 STREAMED 4 \d+ \d+ \d+$/);
});

test("connections to the endpoint serve one request after the other", async (t) => {
  const backend = await Backend.start(t, { keepAliveTimeout: 60_000 });
  const { url } = await startGateway(t, privateRestApi(), { links: backend });
  for (let count = 0; count < 3; count++) await (await fetch(`${url}/a`)).text();
  t.is(new Set(backend.requests.map(({ message }) => message.socket.remotePort)).size, 1);
});
