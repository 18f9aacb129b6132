import test from "ava";
import { deferred } from "../../../local/lambda/deferred.ts";
import { graphOfService, logGroup } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";
import { until } from "../../helpers/until.ts";

test("a task is signalled only when the load balancer has let go of it", async (t) => {
  const { service, registry, ask, logGroups } = await runContainers(t, graphOfService());
  const [task] = service.tasks;
  const [target] = registry.targets;
  if (task === undefined || target === undefined) return t.fail();
  const openRequest = deferred<void>();
  target.openRequests = openRequest.promise;
  const stopping = service.setDesiredCount(0);
  await until(() => target.health === "draining");
  // It answers, so it has not been told to stop.
  t.is((await ask("/", task.port)).variables.PORT, String(task.port));
  t.false(logGroups.lines(logGroup).includes("SIGTERM"));
  openRequest.resolve();
  await stopping;
  t.true(logGroups.lines(logGroup).includes("SIGTERM"));
});

test("in the other order the signal comes while the load balancer still drains", async (t) => {
  const { service, registry, logGroups } = await runContainers(t, graphOfService(), {
    stopOrder: "signalFirst",
  });
  const [target] = registry.targets;
  if (target === undefined) return t.fail();
  const openRequest = deferred<void>();
  target.openRequests = openRequest.promise;
  const stopping = service.setDesiredCount(0);
  await until(() => logGroups.lines(logGroup).includes("SIGTERM"));
  t.is(target.health, "draining");
  openRequest.resolve();
  await stopping;
  t.is(target.health, "unused");
});

test("a container that does not heed SIGTERM is killed after its stop timeout", async (t) => {
  const graph = graphOfService({ container: { stopTimeout: 2 }, variables: { IGNORE_SIGTERM: "1" } });
  const { service, logGroups, errors } = await runContainers(t, graph);
  const [task] = service.tasks;
  if (task === undefined) return t.fail();
  const startedAt = performance.now();
  await service.setDesiredCount(0);
  const seconds = (performance.now() - startedAt) / 1000;
  t.true(logGroups.lines(logGroup).includes("SIGTERM"));
  // Timers count whole milliseconds.
  t.true(seconds > 1.99 && seconds < 30, `${seconds} s, where 30 s are the default`);
  t.throws(() => process.kill(task.pid, 0), { code: "ESRCH" });
  t.deepEqual(errors(), []);
});

test("a stop timeout beyond Fargate's is refused", async (t) => {
  await t.throwsAsync(runContainers(t, graphOfService({ container: { stopTimeout: 121 } })), {
    name: "GraphError",
    message: /stopTimeout is 121, and has to be 2 to 120/,
  });
});
