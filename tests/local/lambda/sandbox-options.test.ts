import test from "ava";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type FunctionDefinition, readFunctions } from "../../../local/lambda/function-definition.ts";
import { sandboxOptions } from "../../../local/lambda/sandbox-options.ts";
import { recordedFunction } from "../../helpers/recorded-function.ts";

function optionsFor({ wrapper, extensions = [] }: { wrapper?: string; extensions?: string[] }) {
  const variables = wrapper === undefined ? {} : { AWS_LAMBDA_EXEC_WRAPPER: wrapper };
  const [definition] = readFunctions(
    new ResourceGraph([recordedFunction("probe", "", { environment: { variables } })]),
  ) as [FunctionDefinition];
  return sandboxOptions({
    definition,
    installation: {
      codeSha256: "",
      taskFolder: "/work/probe",
      opt: { folder: "/work/opt", extensions },
      runtime: { runtimeFolder: "/runtime", binFolder: "/bin", command: ["node", "bootstrap.mjs"] },
    },
    variables: { _HANDLER: "index.handler", OWN: "1" },
    onLine: () => {},
  });
}

test("a wrapper runs in the runtime's place, from the function's own folders", (t) => {
  t.deepEqual(optionsFor({}).runtime.command, ["node", "bootstrap.mjs"]);
  const commandOf = (wrapper: string) => optionsFor({ wrapper }).runtime.command;
  t.deepEqual(commandOf("/opt/bin/wrap"), ["/work/opt/bin/wrap", "node", "bootstrap.mjs"]);
  t.deepEqual(commandOf("/var/task/wrap"), ["/work/probe/wrap", "node", "bootstrap.mjs"]);
  t.deepEqual(commandOf("/usr/bin/env"), ["/usr/bin/env", "node", "bootstrap.mjs"]);
});

test("extensions run beside the runtime, which then has to be watched", (t) => {
  t.deepEqual(optionsFor({}).extensions, []);
  t.false(optionsFor({}).runtime.isWatched);
  const { runtime, extensions } = optionsFor({ extensions: ["lambda-adapter"] });
  t.true(runtime.isWatched);
  t.deepEqual(
    extensions.map(({ command, variables }) => ({ command, variables })),
    [{ command: ["/work/opt/extensions/lambda-adapter"], variables: { OWN: "1" } }],
  );
});
