import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { configDefaults } from "../../components/config/streamgate-config.ts";
import { only, projectFolder, recordProgram } from "../helpers/recorded-program.ts";

const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");

/** The example prices in docs/costs.md, by their letters. */
function examplePrices(): Record<string, number> {
  const rows = read("docs/costs.md").matchAll(/^\| (\w(?:, \w)*) \| .+? \| (\$[\d.]+(?:, \$[\d.]+)*)/gm);
  return Object.fromEntries(
    [...rows].flatMap(([, letters = "", prices = ""]) =>
      letters.split(", ").map((letter, index) => [letter, Number(prices.split(", ")[index]?.slice(1))]),
    ),
  );
}

test.serial("what the private chat costs while idle is the sum of what the program makes", async (t) => {
  const { graph } = await recordProgram({ config: ["chat=true"] });
  const { E = NaN, A = NaN, V = NaN, M = NaN } = examplePrices();
  const interfaces = graph
    .ofType("aws:ec2/vpcEndpoint:VpcEndpoint")
    .flatMap(({ inputs }) => (inputs.subnetIds ?? []) as string[]).length;
  const { desiredCount, taskDefinitionArgs } = only(graph, "awsx:ecs:FargateService").inputs;
  const { cpu, memory } = taskDefinitionArgs as { readonly cpu: string; readonly memory: string };
  const task = (Number(cpu) / 1024) * V + (Number(memory) / 1024) * M;
  const hour = interfaces * E + A + Number(desiredCount) * task;
  const month = Math.round(hour * 730);
  t.true(read("docs/costs.md").includes(`$${hour.toFixed(3)} an hour, about $${month} a month`), `${hour}`);
  t.true(read("README.md").includes(`about $${month} a month`));
  t.true(read("README.md").includes(`about $${hour.toFixed(2)} an hour`));
});

test.serial("what readers can cost at worst is what the program's defaults allow", async (t) => {
  const { graph } = await recordProgram();
  const { L = NaN, R = NaN, S = NaN, D = NaN } = examplePrices();
  const { timeout, memorySize, reservedConcurrentExecutions } = only(
    graph,
    "aws:lambda/function:Function",
    "download",
  ).inputs;
  const { throttleSettings, quotaSettings } = only(graph, "aws:apigateway/usagePlan:UsagePlan").inputs;
  const methods = graph
    .ofType("aws:apigateway/method:Method")
    .filter(({ name }) => name.startsWith("downloads/download/")).length;
  const memory = Number(memorySize) / 1024;
  const concurrency = Number(reservedConcurrentExecutions);
  const { rateLimit } = throttleSettings as { readonly rateLimit: number };
  const { limit } = quotaSettings as { readonly limit: number };
  for (const sum of [
    `x L = $${(Number(timeout) * memory * L).toFixed(3)}`,
    `x L = $${(concurrency * memory * 3600 * L).toFixed(2)} an hour`,
    `x R = $${(rateLimit * 3600 * (R / 1_000_000)).toFixed(2)} an hour`,
    `x S = $${(concurrency * 0.002 * 3600 * S).toFixed(2)} an hour`,
    `x D = $${(rateLimit * 0.006 * 3600 * D).toFixed(0)} an hour`,
    `x D = $${(limit * 0.006 * D).toFixed(0)} a day`,
    `= ${methods} x 100 x 3600 x R = $${(methods * rateLimit * 3600 * (R / 1_000_000)).toFixed(2)} an hour`,
  ]) {
    t.true(read("docs/costs.md").includes(sum), sum);
  }
});

test.serial("what the chat API can cost at worst is what the program's defaults allow", async (t) => {
  const { graph } = await recordProgram({ config: ["chat=true"] });
  const { R = NaN, D = NaN } = examplePrices();
  const keyless = graph
    .ofType("aws:apigateway/method:Method")
    .filter(({ inputs }) => inputs.apiKeyRequired !== true).length;
  const { throttlingRateLimit: rate } = only(graph, "aws:apigateway/methodSettings:MethodSettings", "chat")
    .inputs.settings as { readonly throttlingRateLimit: number };
  const streams = configDefaults.chatMaxTasks * configDefaults.chatStreamsPerTask;
  for (const sum of [
    `${keyless} methods of their own`,
    `= ${keyless} x ${rate} x 3600 x R = $${(keyless * rate * 3600 * (R / 1_000_000)).toFixed(2)} an hour`,
    `x D = $${(rate * 0.01 * 3600 * D).toFixed(0)} an hour`,
    `x D = $${(streams * 0.002 * 3600 * D).toFixed(0)} an hour`,
  ]) {
    t.true(read("docs/costs.md").includes(sum), sum);
  }
});
