import test from "ava";
import { join } from "node:path";
import { readChat } from "../helpers/chat-client.ts";
import { startContainerProcess, untilHealthy } from "../helpers/container-process.ts";
import { projectFolder } from "../helpers/recorded-program.ts";
import { runBedrock } from "../helpers/running-bedrock.ts";
import { postStream } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

const command = {
  arguments: ["--import", join(projectFolder, "ts.mjs"), join(projectFolder, "app/main.ts")],
  folder: projectFolder,
};

test("a task whose target is gone already ends by itself on SIGTERM, with code 0", async (t) => {
  const container = await startContainerProcess(t, await runBedrock(t), command);
  await untilHealthy(container);
  t.like((await readChat(await postStream(container))).at(-1), { type: "done" });
  container.terminate();
  t.is(await container.exited, 0);
});

test("a task that gets SIGTERM under way answers what still comes, and loses no stream", async (t) => {
  const bedrock = await runBedrock(t);
  const container = await startContainerProcess(t, bedrock, command);
  await untilHealthy(container);
  const stall = bedrock.faults.stallAfter(5);
  const before = postStream(container);
  await stall.reached;
  container.terminate();
  await until(async () => (await fetch(`${container.url}/ready`)).status === 503);
  t.like((await readChat(await postStream(container))).at(-1), { type: "done" });
  stall.release();
  t.like((await readChat(await before)).at(-1), { type: "done" });
  t.is(await container.exited, 0);
});

test("a variable that is wrong keeps the task from starting, and is named", async (t) => {
  const container = await startContainerProcess(t, await runBedrock(t), {
    ...command,
    variables: { STREAMS_PER_TASK: "" },
  });
  t.is(await container.exited, 1);
  t.regex(container.output(), /STREAMS_PER_TASK is "": set it to a whole number above 0/);
});
