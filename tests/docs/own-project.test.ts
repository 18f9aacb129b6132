import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { simulatedFunctions } from "../../local/program/simulated-functions.ts";
import { ResourceSimulator } from "../../local/program/simulated-resources.ts";
import { blocksOf, readDocument } from "../helpers/document-blocks.ts";
import { runInLanguageRunner } from "../helpers/language-runner.ts";
import { projectFolder } from "../helpers/recorded-program.ts";
import { testNeeding } from "../helpers/test-needing.ts";

const DOCUMENT = "docs/components.md";
const recipe = readDocument(DOCUMENT);
const commands = blocksOf(DOCUMENT)
  .filter(({ language }) => language === "sh")
  .map(({ text }) => text)
  .join("");
/** In the document's order; it has two programs of one name. */
const files = [...recipe.matchAll(/`([\w.]+\.(?:ts|json|yaml))`[^`]*:\n\n```\w+\n(.*?)```/gs)].map(
  ([, name = "", content = ""]) => ({ name, content }),
);

/** The folder in which the reader has a clone, and goes on. */
const folder = mkdtempSync(join(tmpdir(), "streamgate-own-project-"));
const project = join(folder, "reports");

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, cwd: string) {
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", command], { cwd, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

const registryAnswers =
  run("npm view tsx version --fetch-retries=0 --fetch-timeout=10000", folder).status === 0;

test("the recipe has the files of a project, and the versions that this one has", (t) => {
  t.deepEqual(
    files.map(({ name }) => name),
    ["Pulumi.yaml", "Pulumi.dev.yaml", "tsconfig.json", "index.ts", "report.ts", "index.ts"],
  );
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(projectFolder, "package.json"), "utf8"),
  ) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  const own: Record<string, string> = { ...dependencies, ...devDependencies };
  for (const name of ["@pulumi/pulumi", "tsx", "typescript", "@types/node"])
    t.true(commands.includes(` ${name}@${own[name]}`), `${name}@${own[name]}`);
});

testNeeding(registryAnswers, "npm's registry")(
  "the recipe for a project of one's own works in an empty folder",
  async (t) => {
    t.timeout(300_000);
    symlinkSync(projectFolder, join(folder, "streamgate"));
    const installed = run(commands, folder);
    t.is(installed.status, 0, installed.output);
    for (const { name, content } of files.slice(0, -1)) writeFileSync(join(project, name), content);
    await checkProgram(t, ["StreamingLambdaApi::reports", "NodeFunction::report"]);
    for (const { name, content } of files.slice(-1)) writeFileSync(join(project, name), content);
    await checkProgram(t, ["PrivateChatService::support"]);
  },
);

/** Type-checks the program in the project's folder, and has Pulumi's language runner run it for real. */
async function checkProgram(t: ExecutionContext, expected: readonly string[]): Promise<void> {
  const types = run("npx tsc", project);
  t.is(types.status, 0, types.output);
  const [region, accountId] = ["eu-central-1", "123456789012"];
  const { exitCode, engine, output } = await runInLanguageRunner({
    projectFolder: project,
    stack: "dev",
    preview: false,
    simulator: new ResourceSimulator({ region, accountId, openApiPort: () => Promise.resolve(1) }),
    functions: simulatedFunctions(region, accountId),
  });
  t.is(exitCode, 0, output);
  for (const resource of expected)
    t.true(
      engine.registrations.some(({ urn }) => urn.endsWith(resource)),
      `${resource}: ${engine.registrations.map(({ urn }) => urn).join(" ")}`,
    );
}
