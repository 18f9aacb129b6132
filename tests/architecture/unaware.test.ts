import test from "ava";
import { recordProgram } from "../helpers/recorded-program.ts";
import { type SourceFile, sourceFiles } from "../helpers/source-files.ts";
import { environmentReads } from "./environment-reads.ts";

/** Everything that goes to AWS. */
const deployed = ["index.ts", "components", "core", "lambda", "app", "contract"];

/** What only the local cloud has. An address of this machine, a redirected endpoint, its own variables and folder. */
const localWorld =
  /127\.0\.0\.1|localhost|(?<![\w:])::1(?![\w:])|AWS_ENDPOINT_URL|STREAMGATE_|(?<!usr\/)\blocal\//i;

function traces({ path, text }: SourceFile): string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = localWorld.exec(line)?.[0];
    return found === undefined ? [] : [`${path}:${index + 1} has ${found}`];
  });
}

test("nothing that is deployed knows a name of the local world", (t) => {
  const files = sourceFiles(...deployed);
  t.true(files.length > 20);
  t.deepEqual(files.flatMap(traces), []);
});

for (const line of [
  'const host = "127.0.0.1";',
  "fetch(`http://localhost:${port}`)",
  'server.listen(0, "::1")',
  "fetch('http://[::1]:80')",
  "process.env.AWS_ENDPOINT_URL_S3",
  "process.env.STREAMGATE_LOCAL",
  'import("../local/cloud.ts")',
]) {
  test(`a trace of the local world is found in ${line}`, (t) => {
    t.is(traces({ path: "core/a.ts", text: `\n${line}\n` }).length, 1);
  });
}

for (const line of ['"urn:pulumi:dev::files::1"', "aws::1::2", "// The local cloud enforces them."]) {
  test(`no trace of the local world is found in ${line}`, (t) => {
    t.deepEqual(traces({ path: "core/a.ts", text: line }), []);
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const setByLambda = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
  "LANG",
  "PATH",
  "TZ",
];

test.serial("functions read only variables that the program sets, or Lambda", async (t) => {
  const everySetting = [
    'corsOrigins=["https://a.example"]',
    "auth=none",
    "logKeys=true",
    "systemPrompt=Be brief.",
    "guardrailId=g1",
    "guardrailVersion=1",
  ];
  const { graph } = await recordProgram({ config: ["lambdaChat=true", ...everySetting] });
  const setByProgram = graph.ofType("aws:lambda/function:Function").flatMap(({ inputs }) => {
    const { variables } = inputs.environment as { variables: Readonly<Record<string, string>> };
    return Object.keys(variables);
  });
  const read = new Set(sourceFiles("core", "lambda", "contract").flatMap(environmentReads));

  t.true(read.has("BUCKET"));
  t.deepEqual(
    [...read].filter((name) => !setByProgram.includes(name) && !setByLambda.includes(name)),
    [],
  );
  t.deepEqual(
    setByProgram.filter((name) => !read.has(name)),
    [],
    "set, but read by nobody",
  );
});

test("the program takes its settings from Pulumi's configuration alone", (t) => {
  t.deepEqual(sourceFiles("index.ts", "components").flatMap(environmentReads), []);
});

for (const [text, names] of [
  ["const a = process.env.ONE;", ["ONE"]],
  ['const a = process.env["ONE"];', ["ONE"]],
  ["const { ONE, TWO: b = '' } = process.env;", ["ONE", "TWO"]],
  ["function f({ ONE: a }: NodeJS.ProcessEnv) {}", ["ONE"]],
  ["function f(env: NodeJS.ProcessEnv) { const { ONE, ...rest } = env; }", ["ONE", "[computed]"]],
  ["const f = (env: NodeJS.ProcessEnv) => g(() => env.ONE); f(process.env);", ["ONE"]],
  ["function f(env: Other) { return env.ONE; }", []],
  ["const a = process.env[name];", ["[computed]"]],
  ["const a = { ...process.env };", ["[computed]"]],
] as const) {
  test(`the variables read by ${text}`, (t) => {
    t.deepEqual(environmentReads({ path: "core/a.ts", text }), [...names]);
  });
}
