import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";
import { ProgramError } from "../../../local/program/program-error.ts";
import { type ProgramRun, runProgram } from "../../../local/program/run-program.ts";
import { ResourceSimulator } from "../../../local/program/simulated-resources.ts";

// Serial throughout: Pulumi keeps the running program in one place for the whole process.

test.serial(
  "parents, dependencies and options are recorded, under the urns of Pulumi's engine",
  async (t) => {
    const { graph } = await run("families");
    const children = (ancestors: string) => {
      const urn = (type: string, name: string) => `urn:pulumi:dev::tiny::${ancestors}$${type}::${name}`;
      const parent = urn("test:index:Parent", "parent");
      const thing = (name: string) => urn("test:index:Parent$test:index:Thing", name);
      return [
        { urn: thing("first"), parent, dependencies: [], retainOnDelete: true },
        { urn: thing("second"), parent, dependencies: [thing("first")], retainOnDelete: false },
        { urn: thing("third"), parent, dependencies: [thing("second")], retainOnDelete: false },
      ];
    };
    const recorded = graph.ofType("test:index:Thing").map((resource) => ({
      urn: resource.urn,
      parent: resource.parent,
      dependencies: resource.dependencies,
      retainOnDelete: resource.retainOnDelete,
    }));
    const byUrn = (a: { urn: string }, b: { urn: string }) => (a.urn < b.urn ? -1 : 1);
    t.deepEqual(recorded.sort(byUrn), [...children("test:index:Left"), ...children("test:index:Right")]);
    const [left] = graph.ofType("test:index:Left");
    t.is(left?.parent, undefined);
    t.false(left?.custom);
  },
);

test.serial("two resources with one urn are refused", async (t) => {
  const error = await t.throwsAsync(runFailing("duplicate"), { name: "ProgramError" });
  t.true(error.message.includes('Duplicate resource URN "urn:pulumi:dev::tiny::test:index:Thing::twin"'));
});

test.serial(
  "a failed registration ends the run, also when an export waits for what depends on it",
  async (t) => {
    const error = await t.throwsAsync(runFailing("failing-export"), { name: "ProgramError" });
    t.true(error.message.includes("Duplicate resource URN"), error.message);
  },
);

test.serial("an error in an apply that no export waits for fails the run", async (t) => {
  const error = await t.throwsAsync(runFailing("throwing-apply"), { instanceOf: ProgramError });
  t.is(error.message, "cannot use text");
  t.regex(error.report, /throwing-apply\.ts\S*:\d+:\d+/);
});

test.serial("an input that fails says why, and not through which properties Pulumi met it", async (t) => {
  await t.throwsAsync(runFailing("failing-input"), { name: "ProgramError", message: 'value is "text"' });
});

test.serial("a failed program's registrations come to their end with it, not in the next run", async (t) => {
  await t.throwsAsync(runFailing("throwing-late"), { name: "ProgramError", message: "the program gave up" });
  const { graph } = await run("archive");
  t.deepEqual(
    graph.resources.map(({ name }) => name),
    ["thing"],
  );
});

test.serial("each type nobody simulates is recorded with one warning", async (t) => {
  const log = new CloudLog();
  const { graph } = await withEnvironment({ CI: undefined }, () => run("unknown-types", log));
  t.is(graph.resources.length, 4);
  t.deepEqual(sortedMessages(log, "warning"), [
    "test:index:Other is recorded, but nothing here simulates it",
    "test:index:Thing is recorded, but nothing here simulates it",
  ]);
  t.deepEqual(sortedMessages(log, "error"), []);
});

test.serial("in CI a type nobody simulates is an error", async (t) => {
  const log = new CloudLog();
  await withEnvironment({ CI: "true" }, () => run("unknown-types", log));
  t.is(sortedMessages(log, "error").length, 2);
  t.deepEqual(sortedMessages(log, "warning"), []);
});

test.serial("a provider function nobody simulates fails the run by name", async (t) => {
  const error = await t.throwsAsync(runFailing("unknown-function"), { instanceOf: ProgramError });
  t.true(error.message.includes("the provider function test:index:getThing is not simulated"), error.message);
  t.is(error.report, error.message);
});

test.serial("reading a resource that the program does not make fails the run by name", async (t) => {
  const error = await t.throwsAsync(runFailing("reading"), { name: "ProgramError" });
  t.true(error.message.includes('aws:s3/bucket:Bucket "existing"'), error.message);
});

test.serial("secrets are unwrapped in inputs and outputs, and the secret exports are listed", async (t) => {
  const { graph, outputs, secretOutputs } = await run("secrets");
  t.deepEqual(Object.fromEntries(graph.resources.map(({ name, inputs }) => [name, inputs])), {
    thing: { value: "hunter2", settings: { list: ["open", "hunter2"] } },
    marked: { value: "hunter3" },
  });
  t.deepEqual(outputs, {
    inside: { note: "open", password: "hunter2" },
    own: "hunter2",
    plain: "open",
    throughMark: "hunter3",
    throughResource: "hunter2",
  });
  t.deepEqual(secretOutputs.toSorted(), ["inside", "own", "throughMark", "throughResource"]);
});

test.serial("a code archive is recorded with its assets", async (t) => {
  const { graph } = await run("archive");
  const code = graph.resources[0]?.inputs.code;
  if (!(code instanceof pulumi.asset.AssetArchive)) return t.fail("the archive is not one any more");
  const { "index.mjs": index, "thing.ts": file } = await code.assets;
  t.is(await (index as pulumi.asset.StringAsset).text, "export const answer = 42;");
  t.is(await (file as pulumi.asset.FileAsset).path, fixture("thing"));
});

test.serial("a program can be run again in the same process, with the same result", async (t) => {
  const first = await run("families");
  const second = await run("families");
  const urns = ({ graph }: ProgramRun) => graph.resources.map(({ urn }) => urn);
  t.true(urns(first).length > 0);
  t.deepEqual(urns(second), urns(first));
});

function fixture(program: string): string {
  return join(import.meta.dirname, "..", "..", "fixtures", "programs", `${program}.ts`);
}

function run(program: string, log = new CloudLog()): Promise<ProgramRun> {
  return runProgram({
    entry: fixture(program),
    settings: { project: "tiny", stack: "dev", config: {} },
    simulator: new ResourceSimulator({
      region: "us-east-1",
      accountId: "123456789012",
      openApiPort: () => new Promise((resolve) => setImmediate(resolve, 1)),
    }),
    functions: {},
    log,
  });
}

/** AVA takes any unhandled rejection for a failed test; those of a failing program are the runner's to collect. */
async function runFailing(program: string): Promise<ProgramRun> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  try {
    return await run(program);
  } finally {
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}

function sortedMessages(log: CloudLog, level: "error" | "warning"): string[] {
  return log.entries
    .filter((entry) => entry.level === level)
    .map(({ message }) => message)
    .sort();
}

/** Sets variables of this process for the time of `work`; `undefined` unsets one. */
async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  const set = (values: Readonly<Record<string, string | undefined>>) => {
    for (const name of Object.keys(variables)) {
      if (values[name] === undefined) delete process.env[name];
      else process.env[name] = values[name];
    }
  };
  set(variables);
  try {
    return await work();
  } finally {
    set(before);
  }
}
