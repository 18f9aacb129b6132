import test from "ava";
import { environmentReads } from "../architecture/environment-reads.ts";
import { recordProgram } from "../helpers/recorded-program.ts";
import { sourceFiles } from "../helpers/source-files.ts";

/** So that a process on a laptop need not be open to its network. */
const setByLocalCloud = ["HOST"];

interface Container {
  readonly environment: readonly { readonly name: string }[];
}

test("the container reads the variables that the program sets, and no others", async (t) => {
  const everySetting = [
    "logKeys=true",
    "auth=none",
    "systemPrompt=Be brief.",
    "guardrailId=g1",
    "guardrailVersion=1",
    'corsOrigins=["https://a.example"]',
  ];
  const { graph } = await recordProgram({ config: ["chat=true", ...everySetting] });
  const [service] = graph.ofType("awsx:ecs:FargateService");
  const { container } = service?.inputs.taskDefinitionArgs as { container: Container };
  const set = container.environment.map(({ name }) => name);
  const read = new Set(sourceFiles("app", "core", "contract").flatMap(environmentReads));
  t.deepEqual([...set, ...setByLocalCloud].sort(), [...read].sort());
});
