import { recordProgram } from "../helpers/recorded-program.ts";
import { verdict } from "./judge.ts";
import { judgedTest } from "./judged-test.ts";

judgedTest("AWS takes everything the program registers", async (t) => {
  const { graph } = await recordProgram({ config: ["chat=true", "lambdaChat=true"] });
  t.deepEqual(verdict(graph), []);
});
