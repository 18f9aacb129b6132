import test from "ava";
import { Backend } from "../../helpers/backend.ts";
import { loadBalancerGraph } from "../../helpers/recorded-load-balancer.ts";
import { startLoadBalancer } from "../../helpers/running-load-balancer.ts";
import { sendRaw } from "../../helpers/running-gateway.ts";

const get = (headers: string) =>
  `GET /a?b=c HTTP/1.1\r\nHost: api.example:81\r\n${headers}Connection: close\r\n\r\n`;

test("a request reaches the target as it was sent, with the headers that say where it came from", async (t) => {
  const backend = await Backend.start(t);
  const { port, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  await sendRaw(
    port,
    get("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: ftp\r\nX-Own: 1\r\nx-own: 2\r\n"),
  );
  const { method, path, headers } = backend.request;
  t.is(method, "GET");
  t.is(path, "/a?b=c");
  t.is(headers.host, "api.example:81");
  t.is(headers["x-own"], "1, 2");
  t.is(headers["x-forwarded-for"], "192.0.2.1, 127.0.0.1");
  t.is(headers["x-forwarded-proto"], "http");
  t.is(headers["x-forwarded-port"], "80");
  t.is(headers.connection, "keep-alive");
});

for (const [title, received, forwarded] of [
  ["begins a trace", "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/],
  [
    "has its place in a trace",
    "X-Amzn-Trace-Id: Root=1-67891233-abc;CalledFrom=app\r\n",
    /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abc;CalledFrom=app$/,
  ],
  [
    "has its place in a trace in place of another load balancer's",
    "X-Amzn-Trace-Id: Self=1-67891234-def;Root=1-67891233-abc\r\n",
    /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abc$/,
  ],
] as const) {
  test(`a request ${title}`, async (t) => {
    const backend = await Backend.start(t);
    const { port, addHealthy } = await startLoadBalancer(t);
    await addHealthy(backend);
    await sendRaw(port, get(received));
    t.regex(String(backend.request.headers["x-amzn-trace-id"]), forwarded);
  });
}

for (const dropInvalidHeaderFields of [true, false]) {
  test(`a header with an underscore is ${dropInvalidHeaderFields ? "dropped" : "kept"} when dropInvalidHeaderFields is ${dropInvalidHeaderFields}`, async (t) => {
    const backend = await Backend.start(t);
    const graph = loadBalancerGraph({ dropInvalidHeaderFields });
    const { port, addHealthy } = await startLoadBalancer(t, { graph });
    await addHealthy(backend);
    await sendRaw(port, get("x_own: 1\r\nx-own: 1\r\n"));
    t.is(backend.request.headers["x_own"], dropInvalidHeaderFields ? undefined : "1");
    t.is(backend.request.headers["x-own"], "1");
  });
}
