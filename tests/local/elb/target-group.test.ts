import test from "ava";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { TargetHealth } from "../../../local/elb/target-registry.ts";
import { withoutResource } from "../../helpers/alter-graph.ts";
import { Backend } from "../../helpers/backend.ts";
import { loadBalancerGraph, seldomChecked, targetGroupArn } from "../../helpers/recorded-load-balancer.ts";
import { startLoadBalancer } from "../../helpers/running-load-balancer.ts";
import { until } from "../../helpers/until.ts";

/** A response that stays open until the test ends it. */
async function openResponse(backend: Backend, url: string): Promise<[ServerResponse, IncomingMessage]> {
  const answering = new Promise<ServerResponse>((resolve) => {
    backend.onRequest = (_request, response) => {
      response.write("begun ");
      resolve(response);
    };
  });
  const request = http.get(url).on("error", () => {});
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return [await answering, response];
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}

test("a new target is healthy with the first check it passes, and gets requests from then on", async (t) => {
  const backend = await Backend.start(t);
  const { url, addHealthy } = await startLoadBalancer(t);
  await addHealthy(backend);
  const [check] = backend.healthChecks;
  t.like(check, { method: "GET", path: "/ready" });
  t.regex(String(check?.headers["user-agent"]), /^ELB-HealthChecker\/2\.0$/);
  t.is(check?.headers.connection, "close");
  t.is(await (await fetch(url)).text(), "answered");
});

test("a starting target is asked again before the interval is over", async (t) => {
  const backend = await Backend.start(t);
  let checks = 0;
  backend.onHealthCheck = (response) => response.writeHead(++checks < 3 ? 503 : 200).end();
  const { add } = await startLoadBalancer(t, { graph: seldomChecked });
  const target = add(backend);
  await until(() => target.health === "healthy");
  t.is(checks, 3);
});

test("a target that never passes is unhealthy after the time its checks would take", async (t) => {
  const backend = await Backend.start(t);
  backend.onHealthCheck = (response) => response.writeHead(500).end();
  const { add } = await startLoadBalancer(t, { timeScale: 0.1 });
  const startedAt = performance.now();
  const target = add(backend);
  t.is(target.health, "initial");
  await until(() => target.health === "unhealthy");
  t.true(performance.now() - startedAt >= 1000, "a tenth of two intervals");
});

test("a target that security groups keep from it is unhealthy at once, and the log says which rule is missing", async (t) => {
  const backend = await Backend.start(t);
  const pick = {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name: "sg-task-ingress",
  };
  const graph = withoutResource(seldomChecked, pick);
  const { add, errors } = await startLoadBalancer(t, { graph });
  const target = add(backend);
  await until(() => target.health === "unhealthy");
  t.is(backend.healthChecks.length, 0);
  t.is(errors.length, 1);
  t.regex(errors.splice(0).join(), /no ingress rule of sg-task .* lets tcp 8080 in from sg-balancer/);
});

for (const [title, answer] of [
  ["another status", (response: ServerResponse) => response.writeHead(204).end()],
  ["no answer in time", () => {}],
  ["no answer at all", (response: ServerResponse) => response.destroy()],
] as const) {
  test(`a check with ${title} fails`, async (t) => {
    const backend = await Backend.start(t);
    backend.onHealthCheck = answer;
    const { add } = await startLoadBalancer(t, { timeScale: 0.1 });
    const target = add(backend);
    await until(() => target.health === "unhealthy");
    t.pass();
  });
}

test("a matcher decides which statuses pass", async (t) => {
  const backend = await Backend.start(t);
  backend.onHealthCheck = (response) => response.writeHead(204).end();
  const healthCheck = { interval: 5, timeout: 2, matcher: "200,204-205" };
  const { addHealthy } = await startLoadBalancer(t, {
    graph: loadBalancerGraph({}, { healthCheck }),
    timeScale: 0.1,
  });
  await t.notThrowsAsync(addHealthy(backend));
});

test("everybody who asked is told of each change of health", async (t) => {
  const backend = await Backend.start(t);
  const { addHealthy } = await startLoadBalancer(t, { timeScale: 0.1 });
  const target = await addHealthy(backend);
  const changes: TargetHealth[] = [];
  target.onHealthChange((health) => changes.push(health));
  let failures = 2;
  backend.onHealthCheck = (response) => response.writeHead(failures-- > 0 ? 500 : 200).end();
  await until(() => changes.length >= 2);
  t.deepEqual(changes.slice(0, 2), ["unhealthy", "healthy"]);
});

test("requests go to healthy targets alone", async (t) => {
  const [well, ill] = [await Backend.start(t), await Backend.start(t)];
  ill.onHealthCheck = (response) => response.writeHead(503).end();
  const { url, add, addHealthy } = await startLoadBalancer(t);
  add(ill);
  await addHealthy(well);
  for (let count = 0; count < 4; count++) await (await fetch(url)).text();
  t.is(well.requests.length, 4);
  t.is(ill.requests.length, 0);
});

test("without a healthy target they go to all that are registered", async (t) => {
  const backends = [await Backend.start(t), await Backend.start(t)];
  const { url, add } = await startLoadBalancer(t, { timeScale: 0.1 });
  for (const backend of backends) {
    backend.onHealthCheck = (response) => response.writeHead(503).end();
    const target = add(backend);
    await until(() => target.health === "unhealthy");
  }
  for (let count = 0; count < 4; count++) t.is((await fetch(url)).status, 200);
  t.deepEqual(
    backends.map(({ requests }) => requests.length),
    [2, 2],
  );
});

test("least outstanding requests gives a busy target none while another has fewer", async (t) => {
  const [busy, free] = [await Backend.start(t), await Backend.start(t)];
  const graph = loadBalancerGraph({}, { loadBalancingAlgorithmType: "least_outstanding_requests" });
  const { url, addHealthy } = await startLoadBalancer(t, { graph });
  await addHealthy(busy);
  const [fromTarget, response] = await openResponse(busy, url);
  await addHealthy(free);
  for (let count = 0; count < 5; count++) await (await fetch(url)).text();
  t.is(free.requests.length, 5);
  fromTarget.end();
  await readText(response);
});

test("a target that drains finishes what it has begun, gets nothing new, and is unused at once afterwards", async (t) => {
  const [old, young] = [await Backend.start(t), await Backend.start(t)];
  const { url, addHealthy } = await startLoadBalancer(t);
  const target = await addHealthy(old);
  const [fromOld, response] = await openResponse(old, url);
  await addHealthy(young);
  let isUnused = false;
  const drained = target.deregister().then(() => (isUnused = true));
  t.is(target.health, "draining");
  for (let count = 0; count < 4; count++) await (await fetch(url)).text();
  t.is(young.requests.length, 4);
  t.false(isUnused);
  fromOld.end("and done");
  t.is(await readText(response), "begun and done");
  await drained;
  t.is(target.health, "unused");
});

test("a target without open requests is unused at once", async (t) => {
  const backend = await Backend.start(t);
  const { url, addHealthy, errors } = await startLoadBalancer(t);
  const target = await addHealthy(backend);
  await target.deregister();
  t.is(target.health, "unused");
  t.is((await fetch(url)).status, 503);
  t.deepEqual(errors.splice(0), ["balancer: no target is registered"]);
});

test("a target that drains gets nothing new, even when there is no other", async (t) => {
  const backend = await Backend.start(t);
  const { url, addHealthy, errors } = await startLoadBalancer(t);
  const target = await addHealthy(backend);
  const [fromTarget, response] = await openResponse(backend, url);
  const drained = target.deregister();
  t.is((await fetch(url)).status, 503);
  t.deepEqual(errors.splice(0), ["balancer: no target is registered"]);
  fromTarget.end();
  await readText(response);
  await drained;
});

test("when the deregistration delay is over, what is still open is cut", async (t) => {
  const backend = await Backend.start(t);
  const graph = loadBalancerGraph({}, { deregistrationDelay: 2 });
  const { url, addHealthy, errors } = await startLoadBalancer(t, { graph, timeScale: 0.1 });
  const target = await addHealthy(backend);
  const [, response] = await openResponse(backend, url);
  const reading = readText(response);
  await target.deregister();
  await t.throwsAsync(reading, { code: "ECONNRESET" });
  t.deepEqual(errors.splice(0), ["balancer: the deregistration delay is over"]);
});

test("a request without headers yet is 502 then", async (t) => {
  const backend = await Backend.start(t);
  const graph = loadBalancerGraph({}, { deregistrationDelay: 2 });
  const { url, addHealthy, errors } = await startLoadBalancer(t, { graph, timeScale: 0.1 });
  const target = await addHealthy(backend);
  const called = new Promise<void>((resolve) => (backend.onRequest = () => resolve()));
  const response = fetch(url);
  await called;
  await target.deregister();
  t.is((await response).status, 502);
  t.is(errors.splice(0).length, 1);
});

test("a process that stops before it is deregistered: what is open ends well, and the next request goes elsewhere", async (t) => {
  const [old, young] = [await Backend.start(t), await Backend.start(t)];
  // A machine that stands still for moments fails a check of either, and not so many in a row.
  const healthCheck = { path: "/ready", interval: 5, timeout: 4, healthyThreshold: 2, unhealthyThreshold: 6 };
  const { url, addHealthy } = await startLoadBalancer(t, {
    graph: loadBalancerGraph({}, { healthCheck }),
    timeScale: 0.1,
  });
  const target = await addHealthy(old);
  const [fromOld, response] = await openResponse(old, url);
  await addHealthy(young);
  // SIGTERM: not ready any more, and what comes is still served.
  old.onHealthCheck = (check) => check.writeHead(503, { connection: "close" }).end();
  await until(() => target.health === "unhealthy");
  for (let count = 0; count < 4; count++) await (await fetch(url)).text();
  t.is(young.requests.length, 4);
  const drained = target.deregister();
  fromOld.end("and done");
  t.is(await readText(response), "begun and done");
  await drained;
  t.is(target.health, "unused");
});

test("deregistering twice is deregistering once", async (t) => {
  const backend = await Backend.start(t);
  const { addHealthy } = await startLoadBalancer(t, { timeScale: 0.1 });
  const target = await addHealthy(backend);
  const changes: TargetHealth[] = [];
  target.onHealthChange((health) => changes.push(health));
  await Promise.all([target.deregister(), target.deregister()]);
  t.deepEqual(changes, ["draining", "unused"]);
});

test("a deregistered target is asked for its health no more", async (t) => {
  const backend = await Backend.start(t);
  const { addHealthy } = await startLoadBalancer(t, { timeScale: 0.1 });
  await (await addHealthy(backend)).deregister();
  const other = await Backend.start(t);
  await addHealthy(other);
  // What was on its way then has arrived before what was sent later.
  const seen = backend.healthChecks.length;
  await until(() => other.healthChecks.length > 2);
  t.is(backend.healthChecks.length, seen);
});

test("a target group behind no load balancer takes no targets", async (t) => {
  const { registry } = await startLoadBalancer(t, { timeScale: 0.1 });
  const target = { host: "127.0.0.1", port: 1, securityGroupIds: [] };
  t.throws(() => registry.register(`${targetGroupArn}-other`, target), {
    message: /^no load balancer forwards to the target group .*-other$/,
  });
});
