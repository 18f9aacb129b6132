import { join } from "node:path";
import test from "ava";
import type { ShutdownTimes } from "../../../app/shutdown.ts";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { withInputs } from "../../helpers/alter-graph.ts";
import { readChat } from "../../helpers/chat-client.ts";
import { type ChatCloud, postStream, startChatCloud } from "../../helpers/chat-cloud.ts";
import { projectFolder } from "../../helpers/local-cloud.ts";
import { until } from "../../helpers/until.ts";

/*
 * Tasks that are replaced, stopped or killed while they answer. The container is the app's own but for the times it gives
 * itself when it is to end, which are minutes otherwise.
 */

const OLD_STREAMS = 20;

/** Long enough for a stream that a test holds back. */
const patient: ShutdownTimes = {
  acceptMilliseconds: 2_000,
  finishMilliseconds: 60_000,
  breakOffMilliseconds: 60_000,
};

function withHastyTasks(times: ShutdownTimes): (graph: ResourceGraph) => ResourceGraph {
  const dockerfile = join(projectFolder, "tests", "fixtures", "hasty-chat", "Dockerfile");
  return (graph) =>
    withInputs(
      withInputs(graph, { type: "awsx:ecr:Image" }, () => ({ dockerfile })),
      { type: "awsx:ecs:FargateService" },
      ({ taskDefinitionArgs }) => ({
        taskDefinitionArgs: withVariable(taskDefinitionArgs, "SHUTDOWN_TIMES", JSON.stringify(times)),
      }),
    );
}

function withVariable(taskDefinitionArgs: unknown, name: string, value: string): unknown {
  const definition = taskDefinitionArgs as { container: { environment: readonly object[] } };
  const { container } = definition;
  return {
    ...definition,
    container: { ...container, environment: [...container.environment, { name, value }] },
  };
}

/** How a chat ended: with the type of its last event, or not at all. */
async function endOf(response: Response): Promise<string> {
  try {
    return (await readChat(response)).at(-1)?.type ?? "nothing";
  } catch {
    return "cut";
  }
}

/** The one service of the chat API. */
function serviceOf({ containers }: ChatCloud) {
  const [service] = containers.services;
  if (service === undefined) throw new Error("there is no service");
  return service;
}

/** Opens streams that the model holds back after their first tokens. */
async function holdStreams(
  cloud: ChatCloud,
  count: number,
): Promise<{ readonly responses: readonly Response[]; readonly letGo: () => void }> {
  const stall = cloud.bedrock.faults.stallAfter(3, { times: count });
  const responses = await Promise.all(Array.from({ length: count }, () => postStream(cloud)));
  return { responses, letGo: () => stall.release() };
}

for (const stopOrder of ["deregisterFirst", "signalFirst"] as const) {
  test.serial(
    `no stream is lost and no request refused while all tasks are replaced, ${stopOrder}`,
    async (t) => {
      const cloud = await startChatCloud(t, {
        stopOrder,
        alterGraph: withHastyTasks(patient),
        // A quick machine asks more often than the stage lets a key by default.
        config: ["throttleRatePerSecond=1000", "throttleBurst=1000"],
      });
      const service = serviceOf(cloud);
      const old = service.tasks.map(({ taskId }) => taskId);
      t.is(old.length, 2);
      const held = await holdStreams(cloud, OLD_STREAMS);
      t.true(held.responses.every(({ status }) => status === 200));

      let isReplaced = false;
      const replaced = service.redeploy().then(() => (isReplaced = true));
      const ends: string[] = [];
      const areNew = () =>
        service.tasks.length === 2 && service.tasks.every(({ taskId }) => !old.includes(taskId));
      const ask = async (isOver: () => boolean) => {
        do ends.push(await endOf(await postStream(cloud)));
        while (!isOver());
      };
      await ask(areNew);
      t.false(isReplaced, "the old tasks still answer");
      held.letGo();
      const oldEnds = await Promise.all(held.responses.map(endOf));
      t.deepEqual(oldEnds, Array<string>(OLD_STREAMS).fill("done"));
      await ask(() => isReplaced);
      await replaced;
      t.log(`${ends.length} chats meanwhile`);
      t.deepEqual([...new Set(ends)], ["done"]);
    },
  );
}

test.serial("a stream that outlasts what a stopped task has ends in an error event", async (t) => {
  const cloud = await startChatCloud(t, {
    stopOrder: "signalFirst",
    config: ["chatMinTasks=1"],
    alterGraph: withHastyTasks({
      acceptMilliseconds: 0,
      finishMilliseconds: 200,
      breakOffMilliseconds: 60_000,
    }),
  });
  const { responses } = await holdStreams(cloud, 1);
  const redeploying = serviceOf(cloud).redeploy();
  const [response] = responses;
  if (response === undefined) return t.fail();
  t.like((await readChat(response)).at(-1), { type: "error", code: "slow_down" });
  await redeploying;
  return t.is(await endOf(await postStream(cloud)), "done");
});

test.serial("a task that dies breaks its streams off, and another takes its place", async (t) => {
  const cloud = await startChatCloud(t);
  cloud.expectError(
    /^ecs: chat-\w+: task \w+ stopped: Essential container in task exited \(signal: killed\)/,
  );
  cloud.expectError(/^elb: .*the target broke off/);
  cloud.expectError(/^gateway: .*broken off after \d+ bytes/);
  const service = serviceOf(cloud);
  const { responses, letGo } = await holdStreams(cloud, 4);
  const [dead] = service.tasks;
  if (dead === undefined) return t.fail();
  process.kill(dead.pid, "SIGKILL");
  await until(
    () => service.tasks.length === 2 && service.tasks.every(({ taskId }) => taskId !== dead.taskId),
  );
  letGo();
  const ends = await Promise.all(responses.map(endOf));
  // Least outstanding requests: two of four each.
  t.deepEqual(ends.sort(), ["cut", "cut", "done", "done"]);
  return t.is(await endOf(await postStream(cloud)), "done");
});
