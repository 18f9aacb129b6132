import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
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

test("what the private chat costs while idle is the sum of what the program makes", async (t) => {
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
