import test, { type ExecutionContext } from "ava";
import { connect } from "node:net";
import { Backend } from "../helpers/backend.ts";
import { callChatApi, shareChatCloud } from "../helpers/chat-cloud.ts";
import { startLoadBalancer } from "../helpers/running-load-balancer.ts";

const cloud = shareChatCloud(test);

const many = (line: string, times: number) => `${line}\r\n`.repeat(times);
const request = (line: string, headers = "", body = "") => `${line}\r\nHost: a\r\n${headers}\r\n${body}`;

/** Requests as no client of HTTP sends them, or only an odd one. Each is sent, waited for shortly, and left. */
const shapes: readonly string[] = [
  "",
  "\r\n\r\n\r\n",
  "GET",
  "GET /\r\n\r\n",
  "GET / HTTP/1.1\r\n\r\n",
  "GET / HTTP/0.9\r\n\r\n",
  "GET / HTTP/1.0\r\n\r\n",
  "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
  "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "\x00".repeat(100),
  "\xff\xfe\xfd",
  "get / HTTP/1.1\r\nHost: a\r\n\r\n",
  "G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
  "GET / HTTP/1.1\nHost: a\n\n",
  request("GET * HTTP/1.1"),
  request("OPTIONS * HTTP/1.1"),
  request("CONNECT a:1 HTTP/1.1"),
  request("TRACE / HTTP/1.1"),
  request("BREW / HTTP/1.1"),
  request("GET http://b/ HTTP/1.1"),
  request("GET //b/dev HTTP/1.1"),
  request("GET /dev/../../etc/passwd HTTP/1.1"),
  request("GET /dev/download/%2e%2e%2fa HTTP/1.1"),
  request("GET /dev/download/%00 HTTP/1.1"),
  request("GET /dev/download/%ff%fe HTTP/1.1"),
  request("GET /dev/download/% HTTP/1.1"),
  request("GET /dev/download/a?%=%&&&== HTTP/1.1"),
  request("GET /dev/download/a#fragment HTTP/1.1"),
  request("GET /dev/\u00e9 HTTP/1.1"),
  request(`GET /${"a".repeat(9000)} HTTP/1.1`),
  request(`GET /${"a".repeat(70_000)} HTTP/1.1`),
  request(`GET /dev${"/a".repeat(4000)} HTTP/1.1`),
  request("GET /dev HTTP/1.1", many(`x: ${"a".repeat(100)}`, 50)),
  request("GET /dev HTTP/1.1", many("x:", 3000)),
  request("GET /dev HTTP/1.1", `x: ${"a".repeat(80_000)}\r\n`),
  request("GET /dev HTTP/1.1", "Host: b\r\n"),
  request("GET /dev HTTP/1.1", ": no name\r\n"),
  request("GET /dev HTTP/1.1", "a b: space\r\n"),
  request("GET /dev HTTP/1.1", "a : space\r\n"),
  request("GET /dev HTTP/1.1", "no colon\r\n"),
  request("GET /dev HTTP/1.1", "a: b\r\n folded\r\n"),
  request("GET /dev HTTP/1.1", "a: \x00\r\n"),
  request("GET /dev HTTP/1.1", "a: \x7f\x01\r\n"),
  request("GET /dev HTTP/1.1", "a: b\rc: d\r\n"),
  request("GET /dev HTTP/1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n"),
  request("GET /dev HTTP/1.1", "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"),
  request("GET /dev HTTP/1.1", "Connection: close, keep-alive\r\n"),
  request("GET /dev HTTP/1.1", "Range: bytes=0-0,1-1,-\r\n"),
  request("GET /dev HTTP/1.1", "Content-Length: 5\r\n", "hello"),
  request("GET /dev HTTP/1.1", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: -1\r\n"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: 1e3\r\n"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: 99999999999999999999\r\n"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: 5, 5\r\n", "hello"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Transfer-Encoding: gzip\r\n", "0\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n"),
  request(
    "POST /dev/stream HTTP/1.1",
    "Transfer-Encoding: chunked\r\n",
    `1;${"e".repeat(20_000)}\r\na\r\n0\r\n\r\n`,
  ),
  request("POST /dev/stream HTTP/1.1", "Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Transfer-Encoding: chunked\r\nTrailer: x\r\n", "0\r\nx: y\r\n\r\n"),
  request("POST /dev/stream HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 2\r\n", "{}"),
  request("POST /dev/stream HTTP/1.1", "Expect: nonsense\r\nContent-Length: 2\r\n", "{}"),
  request("POST /dev/stream HTTP/1.1", "Content-Length: 100\r\n", "less"),
  request("POST /dev/stream HTTP/1.1", "Content-Type: \r\nContent-Length: 2\r\n", "{}"),
  request("POST /dev/stream HTTP/1.1", `Content-Type: ${"a/".repeat(1000)}\r\nContent-Length: 2\r\n`, "{}"),
  request("POST /dev/stream HTTP/1.1", "Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"),
  request("GET /dev HTTP/1.1") + request("GET /dev HTTP/1.1"),
  request("GET /dev HTTP/1.1") + "garbage",
  many(request("GET /dev HTTP/1.1"), 50),
];

/** @returns The statuses of what comes back until the other side closes, or for as long as it says nothing. */
async function statuses(port: number, bytes: string): Promise<number[]> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const finish = () => {
      socket.destroy();
      resolve([...received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)));
    };
    socket.setTimeout(300, finish);
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    socket.on("error", finish).on("close", finish);
    socket.write(bytes, "latin1");
  });
}

async function answersAll(t: ExecutionContext, port: number): Promise<void> {
  const answered = await Promise.all(shapes.map((bytes) => statuses(port, bytes)));
  const failed = shapes.filter((_, index) =>
    answered[index]?.some((status) => status >= 500 && status !== 501),
  );
  t.log(`${shapes.length} shapes, ${answered.flat().length} answers, ${failed.length} of 5xx`);
  t.deepEqual(failed, []);
}

test.serial("the load balancer has an answer for every shape of bytes, and goes on", async (t) => {
  const loadBalancer = await startLoadBalancer(t);
  await loadBalancer.addHealthy(await Backend.start(t));
  await answersAll(t, loadBalancer.port);
  t.is((await fetch(loadBalancer.url)).status, 200);
});

for (const part of ["download API", "chat API", "container"] as const) {
  test.serial(`the ${part} has an answer for every shape of bytes, and goes on`, async (t) => {
    const { outputs, containers } = cloud();
    const port = {
      "download API": Number(new URL(outputs.downloadApi.url).port),
      "chat API": Number(new URL(outputs.chatApi.url).port),
      container: containers.services[0]?.tasks[0]?.port ?? 0,
    }[part];
    await answersAll(t, port);
    t.is((await callChatApi(cloud(), "/health")).status, 200);
    t.is((await cloud().download("none")).status, 404);
  });
}
