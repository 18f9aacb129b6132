import test from "ava";
import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import net from "node:net";
import { freePort } from "../../../local/host/loopback.ts";
import { Backend } from "../../helpers/backend.ts";
import { loadBalancerGraph, seldomChecked, targetGroupArn } from "../../helpers/recorded-load-balancer.ts";
import { startLoadBalancer } from "../../helpers/running-load-balancer.ts";
import { sendRaw } from "../../helpers/running-gateway.ts";
import { bytesUntilStalled, ENDLESS_BYTES } from "../../helpers/unread-response.ts";

/*
 * Times are AWS's own but for tests of the idle timeout: a machine that stands still for some seconds is no idle target.
 */

const FINAL_CHUNK = "\r\n0\r\n\r\n";
const get = (headers = "Connection: close\r\n") =>
  `GET /a?b=c HTTP/1.1\r\nHost: api.example:81\r\n${headers}\r\n`;

test("status, reason, headers and body come back as the target gave them", async (t) => {
  const backend = await Backend.start(t);
  const { port, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  backend.onRequest = (_request, response) => {
    response.writeHead(418, "Short and stout", [
      "Set-Cookie",
      "a=1",
      "Set-Cookie",
      "b=2",
      "Content-Length",
      "3",
    ]);
    response.end("tea");
  };
  const received = await sendRaw(port, get());
  t.true(received.startsWith("HTTP/1.1 418 Short and stout\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"));
  t.true(received.endsWith("\r\n\r\ntea"));
  t.notRegex(received, /transfer-encoding/i);
});

for (const [title, headers] of [
  ["a length", { "Content-Length": "5" }],
  ["no length", { "Transfer-Encoding": "chunked" }],
] as const) {
  test(`a body of ${title} reaches the target`, async (t) => {
    const backend = await Backend.start(t);
    const { url, addHealthy } = await startLoadBalancer(t);
    await addHealthy(backend);
    const request = http.request(url, { method: "GET", headers }).end("12345");
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    t.is(backend.request.body.toString(), "12345");
  });
}

test("each chunk reaches the client before the target writes the next", async (t) => {
  const backend = await Backend.start(t);
  const { url, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  const request = http.get(url);
  const [fromTarget] = await new Promise<[http.ServerResponse]>((resolve) => {
    backend.onRequest = (_request, response) => resolve([response]);
  });
  fromTarget.flushHeaders();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  for (const text of ["one", "two", "three"]) {
    fromTarget.write(text);
    const [chunk] = (await once(response, "data")) as [Buffer];
    t.is(chunk.toString(), text);
  }
  fromTarget.end();
  await once(response, "end");
});

test("connections to a target serve one request after the other", async (t) => {
  const backend = await Backend.start(t, { keepAliveTimeout: 60_000 });
  const { url, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  for (let count = 0; count < 3; count++) await (await fetch(url)).text();
  const ports = backend.requests.map(({ message }) => message.socket.remotePort);
  t.is(ports.length, 3);
  t.is(new Set(ports).size, 1);
});

test("HEAD and 204 keep the connection", async (t) => {
  const backend = await Backend.start(t);
  const { port, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  backend.onRequest = ({ method }, response) => {
    if (method === "HEAD") response.setHeader("Content-Length", "9");
    response.writeHead(method === "HEAD" ? 200 : 204).end();
  };
  const received = await sendRaw(port, `HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get()}`);
  t.regex(received, /^HTTP\/1\.1 200 OK\r\nContent-Length: 9\r\n/);
  t.regex(received, /\r\n\r\nHTTP\/1\.1 204 No Content\r\n/);
});

test("a client that leaves takes the connection to the target with it", async (t) => {
  const backend = await Backend.start(t);
  const { port, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  const closed = new Promise((resolve) => {
    backend.onRequest = ({ message }, response) => {
      message.socket.once("close", resolve);
      response.write("first");
    };
  });
  const socket = net.connect(port, "127.0.0.1").on("error", () => {});
  socket.write(get(""));
  await once(socket, "data");
  socket.destroy();
  await closed;
  t.pass();
});

test("a client that does not read stops the target from writing", async (t) => {
  const backend = await Backend.start(t);
  const { port, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  const stalled = bytesUntilStalled(backend);
  const socket = net.connect(port, "127.0.0.1").pause();
  t.teardown(() => socket.destroy());
  socket.write(get(""));
  const written = await stalled;
  t.true(written < ENDLESS_BYTES, `${written} bytes were written`);
});

test("without any target the answer is 503", async (t) => {
  const { url, errors } = await startLoadBalancer(t);
  const response = await fetch(url);
  t.is(response.status, 503);
  t.is(response.headers.get("server"), "awselb/2.0");
  t.is(response.headers.get("content-type"), "text/html");
  t.regex(await response.text(), /<center><h1>503 Service Temporarily Unavailable<\/h1><\/center>/);
  t.is(errors.pop(), "balancer: no target is registered");
});

const failures: {
  title: string;
  fail: (response: http.ServerResponse) => void;
  status: number;
  fault: RegExp;
}[] = [
  {
    title: "a target that hangs up",
    fail: (response) => response.socket?.destroy(),
    status: 502,
    fault: /the connection to the target failed: (socket hang up|ECONNRESET)$/,
  },
  {
    title: "a target that speaks no HTTP",
    fail: (response) => response.socket?.end("SSH-2.0\r\n\r\n"),
    status: 502,
    fault: /the connection to the target failed: HPE_/,
  },
  {
    title: "a target with headers above 32 KB",
    fail: (response) => response.socket?.write(`HTTP/1.1 200 OK\r\na: ${"x".repeat(33_000)}\r\n\r\n`),
    status: 502,
    fault: /HPE_HEADER_OVERFLOW$/,
  },
  {
    title: "a target that stays silent",
    fail: () => {},
    status: 504,
    fault: /no byte for 500 ms$/,
  },
];
for (const { title, fail, status, fault } of failures) {
  test(`${title} is ${status}`, async (t) => {
    const backend = await Backend.start(t);
    const graph = loadBalancerGraph({ idleTimeout: status === 504 ? 5 : 60 });
    const timeScale = status === 504 ? 0.1 : 1;
    const { url, errors, addHealthy } = await startLoadBalancer(t, { graph, timeScale });
    await addHealthy(backend);
    backend.onRequest = (_request, response) => fail(response);
    t.is((await fetch(url)).status, status);
    t.is(errors.length, 1);
    t.regex(String(errors.pop()), fault);
  });
}

test("a target that hangs up while the request is still being sent is 502", async (t) => {
  const backend = await Backend.start(t);
  const { url, errors, addHealthy } = await startLoadBalancer(t, { graph: seldomChecked });
  await addHealthy(backend);
  backend.server.prependOnceListener("request", ({ socket }) => socket.destroy());
  const request = http.request(url, { method: "POST", headers: { "Content-Length": "10" } });
  request.write("half");
  const [response] = (await once(request, "response")) as [IncomingMessage];
  t.is(response.statusCode, 502);
  request.destroy();
  t.is(errors.splice(0).length, 1);
});

test("a connection whose upload was answered before its end carries the next request", async (t) => {
  const backend = await Backend.start(t);
  const { url, addHealthy } = await startLoadBalancer(t, { graph: seldomChecked });
  await addHealthy(backend);
  backend.server.prependOnceListener("request", (_request, response) => response.end("enough"));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const upload = http.request(url, { method: "POST", agent, headers: { "Content-Length": "1000001" } });
  upload.write("1");
  const [early] = (await once(upload, "response")) as [IncomingMessage];
  await once(early.resume(), "end");
  upload.end("x".repeat(1_000_000));
  const [next] = (await once(http.get(url, { agent }), "response")) as [IncomingMessage];
  t.is(next.statusCode, 200);
  next.resume();
});

test("a target that is gone is 502", async (t) => {
  const { url, errors, registry } = await startLoadBalancer(t);
  const target = { host: "127.0.0.1", port: await freePort(), securityGroupIds: ["sg-task"] };
  registry.register(targetGroupArn, target);
  t.is((await fetch(url)).status, 502);
  t.regex(String(errors.pop()), /ECONNREFUSED$/);
});

for (const [title, fail, idleTimeout, fault] of [
  [
    "breaks off",
    (response: http.ServerResponse) => response.destroy(),
    60,
    /the target broke off: ECONNRESET$/,
  ],
  ["falls silent", () => {}, 3, /no byte for 3000 ms$/],
] as const) {
  test(`a target that ${title} after its first byte has the connection cut, without the final chunk`, async (t) => {
    const backend = await Backend.start(t);
    const graph = loadBalancerGraph({ idleTimeout });
    const { port, errors, addHealthy } = await startLoadBalancer(t, { graph });
    await addHealthy(backend);
    backend.onRequest = (_request, response) => response.write("half", () => fail(response));
    const received = await sendRaw(port, get(""));
    t.true(received.startsWith("HTTP/1.1 200 OK\r\n"));
    t.true(received.includes("half"));
    t.false(received.endsWith(FINAL_CHUNK));
    t.is(errors.length, 1);
    t.regex(String(errors.pop()), fault);
  });
}

test("bytes within the idle timeout keep a response going for longer than it", async (t) => {
  const backend = await Backend.start(t);
  // Five seconds, of which a busy machine may use up many times what a pause takes.
  const graph = loadBalancerGraph({ idleTimeout: 5 });
  const { url, addHealthy } = await startLoadBalancer(t, { graph });
  await addHealthy(backend);
  backend.onRequest = async (_request, response) => {
    for (let count = 0; count < 60; count++) {
      response.write("x");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    response.end();
  };
  t.is(await (await fetch(url)).text(), "x".repeat(60));
});

test("a target whose connections end before the load balancer's idle timeout brings one warning", async (t) => {
  const hasty = await Backend.start(t, { keepAliveTimeout: 60_000 });
  const { url, warnings, addHealthy } = await startLoadBalancer(t);
  await addHealthy(hasty);
  await (await fetch(url)).text();
  await (await fetch(url)).text();
  t.deepEqual(warnings, [
    "balancer: a target closes idle connections after 60 s, before the load balancer's 60 s: on AWS requests fail with 502",
  ]);
});

test("a target whose connections outlive the idle timeout brings none", async (t) => {
  const patient = await Backend.start(t, { keepAliveTimeout: 61_000 });
  const { url, warnings, addHealthy } = await startLoadBalancer(t);
  await addHealthy(patient);
  await (await fetch(url)).text();
  t.deepEqual(warnings, []);
});
