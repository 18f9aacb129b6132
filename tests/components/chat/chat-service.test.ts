import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { keepScaledCount } from "../../../components/chat/chat-service.ts";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { only } from "../../helpers/recorded-program.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const SERVICE = "awsx:ecs:FargateService";
const IMAGE = "awsx:ecr:Image";

const { graph } = await recordPrivateChat();

interface TaskDefinition {
  readonly cpu: string;
  readonly memory: string;
  readonly runtimePlatform: { readonly cpuArchitecture: string };
  readonly container: {
    readonly image: string;
    readonly healthCheck: { readonly command: readonly string[] };
  };
}

function taskDefinition(from: ResourceGraph): TaskDefinition {
  return only(from, SERVICE).inputs.taskDefinitionArgs as TaskDefinition;
}

test("the service begins with the least number of tasks, in its own cluster", (t) => {
  const { taskDefinitionArgs, networkConfiguration, ...inputs } = only(graph, SERVICE).inputs;
  t.truthy(taskDefinitionArgs);
  t.truthy(networkConfiguration);
  t.deepEqual(inputs, {
    cluster: only(graph, "aws:ecs/cluster:Cluster").outputs.arn,
    desiredCount: 2,
    availabilityZoneRebalancing: "ENABLED",
    healthCheckGracePeriodSeconds: 60,
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    propagateTags: "SERVICE",
    tags: { team: "web" },
  });
});

test.serial(
  "tasks have the size and the processor that are asked for, and the image is built for it",
  async (t) => {
    const { graph } = await recordPrivateChat({
      args: { architecture: "x86_64", cpu: 1024, memoryMiB: 4096 },
    });
    t.like(taskDefinition(graph), {
      cpu: "1024",
      memory: "4096",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
    });
    t.is(only(graph, IMAGE).inputs.platform, "linux/amd64");
  },
);

test("the tasks' number is left to scaling, and a replacement to its time", (t) => {
  const transformed = keepScaledCount({
    custom: true,
    type: "aws:ecs/service:Service",
    name: "chat",
    props: { desiredCount: 2 },
    opts: { protect: true, ignoreChanges: ["tags"] },
  });
  t.deepEqual(transformed, {
    props: { desiredCount: 2 },
    opts: {
      protect: true,
      ignoreChanges: ["tags", "desiredCount"],
      customTimeouts: { create: "40m", update: "40m", delete: "40m" },
    },
  });
});

test("nothing else in awsx's component is changed", (t) => {
  const type = "aws:ecs/taskDefinition:TaskDefinition";
  t.is(keepScaledCount({ custom: true, type, name: "chat", props: {}, opts: {} }), undefined);
});

/** Runs the container's health check against a port of this machine. @returns Its exit code. */
async function healthCheck(port: number): Promise<unknown> {
  const [kind, command = "", ...args] = taskDefinition(graph).container.healthCheck.command;
  if (kind !== "CMD") throw new Error(`a health check of kind ${kind} needs a shell`);
  const check = spawn(command, args, { env: { ...process.env, PORT: String(port) }, stdio: "ignore" });
  const [exitCode] = (await once(check, "exit")) as unknown[];
  return exitCode;
}

for (const [status, exitCode] of [
  [200, 0],
  [503, 1],
] as const) {
  test(`a container that answers its health check with ${status} is ${exitCode === 0 ? "" : "not "}healthy`, async (t) => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === "/health" ? status : 404).end();
    });
    t.teardown(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.is(await healthCheck((server.address() as AddressInfo).port), exitCode);
  });
}

test("a container that does not listen is not healthy", async (t) => {
  // None that the system gives to somebody else.
  t.is(await healthCheck(1), 1);
});

test("every resource that can carry tags carries them", (t) => {
  const untagged = [
    "aws:appautoscaling/policy:Policy",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:iam/rolePolicy:RolePolicy",
    IMAGE,
  ];
  const resources = graph.resources.filter(
    ({ type }) => /^awsx?:/.test(type) && !/^aws:(apigateway|s3)\//.test(type) && !untagged.includes(type),
  );
  t.not(resources.length, 0);
  for (const { inputs, type, name } of resources)
    t.deepEqual(inputs.tags, { team: "web" }, `${type} ${name}`);
  t.like(taskDefinition(graph), { tags: { team: "web" } });
});
