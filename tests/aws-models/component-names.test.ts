import { fixture, recordProgram } from "../helpers/recorded-program.ts";
import { recordPrivateChat } from "../helpers/recorded-private-chat.ts";
import { verdict } from "./judge.ts";
import { judgedTest } from "./judged-test.ts";

/** Odd names, most of them legal somewhere. */
const names = ["a", "sg", "sg-a", "internal-a", "A_b", "a.b", "a b", "a/b", "a--b", "-a", "日本"].concat(
  [24, 25, 45, 60, 120].map((length) => "n".repeat(length)),
);

/** Odd routes that API Gateway knows. */
const routes = {
  "ANY /": { function: "one" },
  "GET /a/b": { function: "one" },
  "GET /a-b": { function: "two" },
  "GET /a.b/c_d/{id}": { function: "two" },
  [`POST /${"long".repeat(60)}/{rest.of-it_+}`]: { function: "one" },
};

for (const name of names) {
  judgedTest(
    `a StreamingLambdaApi "${name}" is one that AWS takes, or is refused in a sentence`,
    async (t) => {
      const config = [`routes=${JSON.stringify(routes)}`, `name=${name}`];
      const { graph, outputs } = await recordProgram({ folder: fixture("route-table"), config });
      if (outputs.refused === "") t.deepEqual(verdict(graph), []);
      else t.regex(String(outputs.refused), /name is ".*"; allowed: \w+/s);
    },
  );

  judgedTest(
    `a PrivateChatService "${name}" is one that AWS takes, or is refused in a sentence`,
    async (t) => {
      const outcome = await recordPrivateChat({ name }).catch((error: unknown) => error as Error);
      if (outcome instanceof Error) t.regex(outcome.message, /^name is ".*"; allowed: \w+/s);
      else t.deepEqual(verdict(outcome.graph), []);
    },
  );
}
