import test from "ava";
import { DeploymentFailedError } from "../../../local/ecs/fargate-service.ts";
import type { TargetHealth } from "../../../local/elb/target-registry.ts";
import { withInputs } from "../../helpers/alter-graph.ts";
import { graphOfService, logGroup, targetGroupArn } from "../../helpers/recorded-service.ts";
import { ScriptedRegistry, runContainers } from "../../helpers/running-containers.ts";
import { until } from "../../helpers/until.ts";

const two = { desiredCount: 2 };

test("as many tasks as desired run, each registered under a port of its own with the service's groups", async (t) => {
  const { service, registry } = await runContainers(t, graphOfService({ service: two }));
  const ports = service.tasks.map(({ port }) => port);
  t.is(new Set(ports).size, 2);
  const byPort = (a: { port?: number | undefined }, b: { port?: number | undefined }) =>
    Number(a.port) - Number(b.port);
  t.deepEqual(
    registry.targets.map(({ targetGroupArn, target }) => ({ targetGroupArn, ...target })).sort(byPort),
    ports
      .map((port) => ({ targetGroupArn, host: "127.0.0.1", port, securityGroupIds: ["task-group"] }))
      .sort(byPort),
  );
});

test("a task whose process ends is deregistered and replaced, and the reason is logged", async (t) => {
  const { service, registry, ask, errors } = await runContainers(t, graphOfService());
  const [dead] = service.tasks;
  await t.throwsAsync(ask("/exit"));
  await until(() => service.tasks[0]?.taskId !== dead?.taskId && registry.targets.length === 2);
  t.is(registry.targets[0]?.health, "unused");
  t.is(registry.targets[1]?.health, "healthy");
  t.deepEqual(errors(), [
    `web: task ${dead?.taskId} stopped: Essential container in task exited (exit status 7); its output is in the log group ${logGroup}`,
  ]);
});

test("a task that the load balancer finds unhealthy is replaced", async (t) => {
  const { service, registry, error } = await runContainers(t, graphOfService());
  const [sick] = service.tasks;
  registry.targets[0]?.become("unhealthy");
  await error(/Task failed ELB health checks in \(target-group arn:aws:elasticloadbalancing:.*\/web\//);
  await until(() => registry.targets[1]?.health === "healthy");
  t.true(service.tasks.length === 1 && service.tasks[0]?.taskId !== sick?.taskId);
});

test("what the load balancer finds in the grace period does not count", async (t) => {
  const registry = new ScriptedRegistry("unhealthy");
  // Half a minute, scaled: a busy machine takes its time to start the container.
  const graph = graphOfService({ service: { healthCheckGracePeriodSeconds: 3000 } });
  const starting = runContainers(t, graph, { registry });
  const target = await until(() => registry.targets[0]);
  target.become("healthy");
  const { service, errors } = await starting;
  t.is(service.tasks.length, 1);
  t.deepEqual(errors(), []);
});

test("a service is not steady before its targets are healthy", async (t) => {
  const registry = new ScriptedRegistry("initial");
  let isSteady = false;
  const starting = runContainers(t, graphOfService(), { registry }).then(() => (isSteady = true));
  const target = await until(() => registry.targets[0]);
  t.false(isSteady);
  target.become("healthy");
  t.true(await starting);
});

test("after three tasks in a row that do not start, no more are tried", async (t) => {
  const graph = graphOfService({ service: two, variables: { FAIL_AT_START: "1" } });
  const { service, errors } = await runContainers(t, graph);
  t.deepEqual(service.tasks, []);
  const isVerdict = (message: string) =>
    message === "web: deployment failed: tasks failed to start (3 in a row); no more are tried";
  t.is(errors().filter(isVerdict).length, 1);
  const others = errors().filter((message) => !isVerdict(message));
  // Two are tried at a time, so that a fourth may have begun.
  t.true(others.length === 3 || others.length === 4, errors().join("\n"));
  t.true(others.every((message) => message.includes("Essential container in task exited (exit status 3)")));
});

test("a running service whose replacements do not start tries again after a pause", async (t) => {
  const registry = new ScriptedRegistry();
  const { service, error } = await runContainers(t, graphOfService(), { registry });
  registry.firstHealth = "unhealthy";
  registry.onRegister = (target) => setImmediate(() => target.become("unhealthy"));
  registry.targets[0]?.become("unhealthy");
  await error(/web: tasks failed to start \(3 in a row\); more are tried after a pause/);
  registry.firstHealth = "healthy";
  registry.onRegister = () => {};
  await until(() => registry.targets.at(-1)?.health === "healthy");
  t.is(service.tasks.length, 1);
});

test("a deployment starts new tasks before it stops old ones", async (t) => {
  const registry = new ScriptedRegistry();
  const { service } = await runContainers(t, graphOfService({ service: two }), { registry });
  const old = [...registry.targets];
  const oldIds = service.tasks.map(({ taskId }) => taskId);
  const seen: string[] = [];
  for (const target of old) target.onHealthChange((health) => seen.push(`old ${health}`));
  registry.firstHealth = "initial";
  const deploying = service.redeploy();
  await until(() => registry.targets.length === 4);
  t.deepEqual(seen, []);
  for (const target of registry.targets.slice(2)) target.become("healthy");
  await deploying;
  t.deepEqual(seen, ["old draining", "old draining", "old unused", "old unused"]);
  t.is(service.tasks.length, 2);
  t.false(service.tasks.some(({ taskId }) => oldIds.includes(taskId)));
});

test("a deployment without room above the desired count stops old tasks first", async (t) => {
  const service = { ...two, deploymentMinimumHealthyPercent: 50, deploymentMaximumPercent: 100 };
  const registry = new ScriptedRegistry();
  const running = await runContainers(t, graphOfService({ service }), { registry });
  registry.firstHealth = "initial";
  const deploying = running.service.redeploy();
  const third = await until(() => registry.targets[2]);
  t.is(registry.targets.filter(({ health }) => health === "healthy").length, 1);
  third.become("healthy");
  const fourth = await until(() => registry.targets[3]);
  fourth.become("healthy");
  await deploying;
  t.is(running.service.tasks.length, 2);
});

test("a deployment whose tasks do not become healthy leaves the old ones running", async (t) => {
  const registry = new ScriptedRegistry();
  const { service, errors } = await runContainers(t, graphOfService(), { registry });
  const before = service.tasks;
  registry.firstHealth = "unhealthy";
  registry.onRegister = (target) => setImmediate(() => target.become("unhealthy"));
  await t.throwsAsync(service.redeploy(), { instanceOf: DeploymentFailedError });
  t.deepEqual(service.tasks, before);
  t.is(errors().length, 4);
});

test("a deployment of which only some tasks become healthy stops those as well", async (t) => {
  const registry = new ScriptedRegistry();
  const { service } = await runContainers(t, graphOfService({ service: two }), { registry });
  const before = service.tasks;
  registry.firstHealth = "initial";
  let health: TargetHealth = "healthy";
  registry.onRegister = (target) => {
    setImmediate(() => {
      target.become(health);
      health = "unhealthy";
    });
  };
  await t.throwsAsync(service.redeploy(), { instanceOf: DeploymentFailedError });
  t.deepEqual(service.tasks, before);
});

test("the desired count can be raised and lowered", async (t) => {
  const { service, registry } = await runContainers(t, graphOfService());
  const [first] = service.tasks;
  await service.setDesiredCount(3);
  t.is(service.tasks.length, 3);
  await service.setDesiredCount(1);
  t.deepEqual(service.tasks, [first]);
  t.is(registry.targets.filter(({ health }) => health === "unused").length, 2);
});

test("a deployment that could neither stop nor start a task is refused", async (t) => {
  const graph = withInputs(graphOfService(), { type: "awsx:ecs:FargateService" }, () => ({
    deploymentMaximumPercent: 100,
  }));
  await t.throwsAsync(runContainers(t, graph), { name: "GraphError", message: /neither stop nor start/ });
});

test("nothing is left of a service that is closed", async (t) => {
  const { service, close } = await runContainers(t, graphOfService({ service: two }));
  const pids = service.tasks.map(({ pid }) => pid);
  await close();
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});
