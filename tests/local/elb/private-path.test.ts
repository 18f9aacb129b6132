import test, { type ExecutionContext } from "ava";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import net from "node:net";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type ResourcePick, withoutResource } from "../../helpers/alter-graph.ts";
import { Backend } from "../../helpers/backend.ts";
import { loadBalancerGraph } from "../../helpers/recorded-load-balancer.ts";
import { privateRestApi } from "../../helpers/recorded-private-api.ts";
import { type RunningGateway, startGateway } from "../../helpers/running-gateway.ts";
import { type RunningLoadBalancer, startLoadBalancer } from "../../helpers/running-load-balancer.ts";

/** A gateway, its link, and a load balancer with these services behind it. */
async function startPath(
  t: ExecutionContext,
  backends: readonly Backend[],
  graph: ResourceGraph = loadBalancerGraph(),
): Promise<RunningGateway & { readonly balancer: RunningLoadBalancer }> {
  const balancer = await startLoadBalancer(t, { graph });
  for (const backend of backends) balancer.add(backend);
  const gateway = await startGateway(t, privateRestApi(), { links: balancer.links });
  return { ...gateway, balancer };
}

test("each token reaches the client before the service writes the next", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startPath(t, [backend]);
  const answering = new Promise<ServerResponse>((resolve) => {
    backend.onRequest = (_request, response) => resolve(response);
  });
  const request = http.request(`${url}/stream`, { method: "POST" }).end("{}");
  const fromService = await answering;
  fromService.flushHeaders();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  for (const token of ["one", "two", "three"]) {
    fromService.write(token);
    const [chunk] = (await once(response, "data")) as [Buffer];
    t.is(chunk.toString(), token);
  }
  fromService.end();
  await once(response, "end");
});

test("the service sees the load balancer's name, its own path and every hop's address", async (t) => {
  const backend = await Backend.start(t);
  const { url } = await startPath(t, [backend]);
  await (await fetch(`${url}/download/a%20b?x=1`)).text();
  t.is(backend.request.path, "/download/a%20b?x=1");
  t.regex(String(backend.request.headers.host), /^internal-chat-/);
  t.is(backend.request.headers["x-forwarded-for"], "127.0.0.1, 127.0.0.1");
  t.is(backend.request.headers["x-forwarded-port"], "80");
});

test("a client that leaves is gone for the service at once", async (t) => {
  const backend = await Backend.start(t);
  const { port } = await startPath(t, [backend]);
  const closed = new Promise<number>((resolve) => {
    backend.onRequest = ({ message }, response) => {
      message.socket.once("close", () => resolve(performance.now()));
      response.write("first");
    };
  });
  const socket = net.connect(port, "127.0.0.1").on("error", () => {});
  socket.write("GET /dev/a HTTP/1.1\r\nHost: a\r\n\r\n");
  await once(socket, "data");
  const leftAt = performance.now();
  socket.destroy();
  const milliseconds = (await closed) - leftAt;
  t.log(`${milliseconds.toFixed(1)} ms`);
  t.true(milliseconds < 30_000, "long before the idle timeout of a minute");
});

test("a service that breaks off is a connection cut for the client", async (t) => {
  const backend = await Backend.start(t);
  const { url, errors, balancer } = await startPath(t, [backend]);
  backend.onRequest = (_request, response) => response.write("half", () => response.destroy());
  await t.throwsAsync((await fetch(`${url}/a`)).text(), { message: "terminated" });
  t.regex(String(errors.pop()), /broken off after 4 bytes: the connection to the load balancer failed/);
  t.regex(String(balancer.errors.pop()), /the target broke off: ECONNRESET$/);
});

test("the load balancer's own answers reach the client as they are", async (t) => {
  const { url, balancer } = await startPath(t, []);
  const response = await fetch(`${url}/a`);
  t.is(response.status, 503);
  t.is(response.headers.get("content-type"), "text/html");
  t.is(response.headers.get("x-amzn-remapped-server"), "awselb/2.0");
  t.is(balancer.errors.splice(0).length, 1);
});

test("two hundred streams at a time are all whole, and spread over the services", async (t) => {
  const backends = await Promise.all([1, 2].map(() => Backend.start(t)));
  for (const backend of backends) {
    backend.onRequest = async ({ path }, response) => {
      for (let line = 0; line < 20; line++) {
        response.write(`${path} ${line}\n`);
        await new Promise(setImmediate);
      }
      response.end();
    };
  }
  const graph = loadBalancerGraph({}, { loadBalancingAlgorithmType: "least_outstanding_requests" });
  const { url, balancer } = await startPath(t, [], graph);
  for (const backend of backends) await balancer.addHealthy(backend);
  const streams = Array.from({ length: 200 }, async (_, index) => {
    const text = await (await fetch(`${url}/stream-${index}`)).text();
    const lines = Array.from({ length: 20 }, (_unused, line) => `/stream-${index} ${line}\n`);
    t.is(text, lines.join(""));
  });
  await Promise.all(streams);
  for (const { requests } of backends) t.true(requests.length > 50, `${requests.length} of 200`);
});

const rule = (direction: "Ingress" | "Egress", name: string): ResourcePick => ({
  type: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
  name,
});
for (const pick of [
  rule("Egress", "sg-link-egress"),
  rule("Ingress", "sg-balancer-ingress"),
  rule("Egress", "sg-balancer-egress"),
  rule("Ingress", "sg-task-ingress"),
]) {
  test(`without the rule ${pick.name} the client gets 504, and the log names what is missing`, async (t) => {
    const backend = await Backend.start(t);
    const { url, errors, balancer } = await startPath(
      t,
      [backend],
      withoutResource(loadBalancerGraph(), pick),
    );
    t.is((await fetch(`${url}/a`)).status, 504);
    t.is(backend.requests.length, 0);
    const reported = [...errors.splice(0), ...balancer.errors.splice(0)];
    t.is(reported.length, 1);
    t.regex(
      String(reported[0]),
      /no (in|e)gress rule of sg-[a-z]+ .* lets tcp (80|8080) (in from|out to) sg-/,
    );
  });
}
