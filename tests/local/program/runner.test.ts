import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import anyTest, { type TestFn } from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";
import { plainValue } from "../../../local/program/plain-value.ts";
import { STACK_TYPE } from "../../../local/program/resource-urn.ts";
import { type ProgramRun, runProgram } from "../../../local/program/run-program.ts";
import { simulatedFunctions } from "../../../local/program/simulated-functions.ts";
import { ResourceSimulator } from "../../../local/program/simulated-resources.ts";
import { readStackSettings } from "../../../local/program/stack-settings.ts";
import { type Registration, type WireProperties, secret } from "../../helpers/grpc-engine.ts";
import { type RunnerResult, runInLanguageRunner } from "../../helpers/language-runner.ts";

/** One program run by Pulumi's language runner, for real and as a preview, and by the local cloud. */
interface ThreeRuns {
  readonly real: RunnerResult;
  readonly preview: RunnerResult;
  readonly inProcess: ProgramRun;
}

const test = anyTest as TestFn<{ streamgate: ThreeRuns; elsewhere: ThreeRuns }>;

const projectFolder = join(import.meta.dirname, "..", "..", "..");
/** How the language runner tells the CLI that the user has seen the error already. */
const EXITED_AFTER_LOGGING = 32;
const otherFolder = mkdtempSync(join(tmpdir(), "streamgate-other-program-"));

test.before(async (t) => {
  installElsewhere("two-modes", otherFolder);
  t.context = { streamgate: await runThrice(projectFolder), elsewhere: await runThrice(otherFolder) };
});

test.after.always(() => rmSync(otherFolder, { recursive: true, force: true }));

test("Pulumi's language runner loads the program, for real and as a preview", (t) => {
  const { real, preview } = t.context.streamgate;
  for (const { exitCode, engine, output } of [real, preview]) {
    t.is(exitCode, 0, output);
    t.true(engine.shutdownSignalled);
    t.deepEqual(engine.log, []);
  }
});

test("all three runs register the same resources under the same parents, but for the image, which a preview cannot look for in a repository to come", (t) => {
  const { real, preview, inProcess } = t.context.streamgate;
  const expected = inProcess.graph.resources.map(({ urn, parent }) => ({ urn, parent })).sort(byUrn);
  t.true(expected.length > 20);
  t.deepEqual(urnsAndParents(real), expected);
  t.deepEqual(
    urnsAndParents(preview),
    expected.filter(({ urn }) => !urn.includes("awsx:ecr:Image::")),
  );
});

test("the local cloud records the inputs, dependencies and options that Pulumi's engine is sent", async (t) => {
  const { real, inProcess } = t.context.streamgate;
  for (const { urn, inputs, dependencies, custom, retainOnDelete, protect } of inProcess.graph.resources) {
    const registration = registered(real, urn);
    t.deepEqual(
      {
        inputs: await pulumi.runtime.serializeProperties("", inputs),
        dependencies: dependencies.toSorted(),
        custom,
        retainOnDelete,
        protect,
      },
      {
        inputs: plainValue(registration.inputs) as WireProperties,
        dependencies: registration.dependencies.toSorted(),
        custom: registration.custom,
        retainOnDelete: registration.retainOnDelete,
        protect: registration.protect,
      },
      urn,
    );
  }
});

test("a preview differs from the real run only where AWS has to be asked first", (t) => {
  const { real, preview } = t.context.streamgate;
  for (const { urn, inputs } of preview.engine.registrations) {
    t.deepEqual(inputs, withUnknownsOf(inputs, registered(real, urn).inputs), urn);
  }
  const deployment = preview.engine.registrations.find(({ type }) => type.endsWith(":Deployment"));
  t.deepEqual(deployment?.inputs.triggers, { snapshot: pulumi.runtime.unknownValue });
  const { downloadApi, bucket, region } = preview.engine.stackOutputs ?? {};
  t.deepEqual([downloadApi, bucket], [pulumi.runtime.unknownValue, pulumi.runtime.unknownValue]);
  t.is(region, "us-east-1");
});

test("what awsx's components hide is told to Pulumi's engine: pushed images stay, the tasks' number is scaling's, and load balancer and tasks go with the network", (t) => {
  const { real, preview } = t.context.streamgate;
  for (const [run, images] of [
    [real, 1],
    [preview, 0],
  ] as const) {
    const untouched = { ignoreChanges: [], retainOnDelete: false, replaceOnChanges: [], updateTimeout: "" };
    t.deepEqual(run.engine.transformedChildren.toSorted(byType), [
      {
        ...untouched,
        type: "aws:ecs/service:Service",
        ignoreChanges: ["desiredCount"],
        replaceOnChanges: ["networkConfiguration.securityGroups"],
        updateTimeout: "40m",
      },
      { ...untouched, type: "aws:ecs/taskDefinition:TaskDefinition" },
      { ...untouched, type: "aws:lb/listener:Listener", replaceOnChanges: ["port"] },
      { ...untouched, type: "aws:lb/loadBalancer:LoadBalancer", replaceOnChanges: ["securityGroups"] },
      { ...untouched, type: "aws:lb/targetGroup:TargetGroup" },
      ...Array.from({ length: images }, () => ({
        ...untouched,
        type: "docker-build:index:Image",
        retainOnDelete: true,
      })),
    ]);
  }
});

test("the stack exports the same from Pulumi's engine as locally, and the API key as its only secret", (t) => {
  const { real, inProcess } = t.context.streamgate;
  const { apiKey, ...others } = real.engine.stackOutputs ?? {};
  const { apiKey: localApiKey, ...localOthers } = inProcess.outputs;
  t.deepEqual(Object.keys(others).sort(), [
    "auth",
    "availabilityZones",
    "bucket",
    "chatApi",
    "downloadApi",
    "keptOnDestroy",
    "model",
    "region",
  ]);
  t.deepEqual<unknown, unknown>(others, localOthers);

  const key = plainValue(apiKey);
  t.regex(String(key), /^\w{40}$/);
  t.deepEqual(apiKey, secret(String(key)));
  t.regex(String(localApiKey), /^\w{40}$/);
  t.deepEqual(inProcess.secretOutputs, ["apiKey"]);
});

test("the API key's value is secret in the stack's state, and no other resource holds it", (t) => {
  const { engine } = t.context.streamgate.real;
  const apiKey = engine.registrations.find(({ type }) => type === "aws:apigateway/apiKey:ApiKey");
  t.true(apiKey?.additionalSecretOutputs.includes("value"));
  t.false(JSON.stringify(engine.registrations).includes(String(plainValue(engine.stackOutputs?.apiKey))));
});

test("bad configuration ends the run before any resource is registered", async (t) => {
  const config = ["downloadTimeoutSeconds=901", "downloadMemoryMb=512"];
  const { engine, exitCode, output } = await runWithRunner(projectFolder, { preview: true, config });
  t.is(exitCode, EXITED_AFTER_LOGGING, output);
  t.deepEqual(engine.log, [
    "streamgate:downloadMemoryMb is not a key of this program; the nearest is streamgate:downloadMemoryMiB\n" +
      'streamgate:downloadTimeoutSeconds is "901"; allowed: a whole number from 1 to 900',
  ]);
  t.deepEqual(
    engine.registrations.map(({ type }) => type),
    [STACK_TYPE],
  );
  t.false(engine.shutdownSignalled);
});

test("a program in another folder can import the components", (t) => {
  const { real, preview, inProcess } = t.context.elsewhere;
  t.is(real.exitCode, 0, real.output);
  t.is(preview.exitCode, 0, preview.output);
  const expected = inProcess.graph.resources.map(({ urn, parent }) => ({ urn, parent })).sort(byUrn);
  t.true(expected.some(({ urn }) => urn.includes("StreamingLambdaApi::bytes")));
  t.deepEqual(urnsAndParents(real), expected);
  t.deepEqual(urnsAndParents(preview), expected);
  t.deepEqual(Object.keys(real.engine.stackOutputs ?? {}).sort(), ["api", "apiKey"]);
});

async function runThrice(folder: string): Promise<ThreeRuns> {
  const [real, preview] = await Promise.all([
    runWithRunner(folder, { preview: false }),
    runWithRunner(folder, { preview: true }),
  ]);
  const inProcess = await runProgram({
    entry: join(folder, "index.ts"),
    settings: readStackSettings(folder, "dev"),
    log: new CloudLog(),
    ...account(),
  });
  return { real, preview, inProcess };
}

function runWithRunner(
  folder: string,
  options: { preview: boolean; config?: string[] },
): Promise<RunnerResult> {
  return runInLanguageRunner({ projectFolder: folder, stack: "dev", ...account(), ...options });
}

/** The account all runs take place in; nobody calls the APIs made there. */
function account() {
  const [region, accountId] = ["us-east-1", "123456789012"];
  const openApiPort = () => Promise.resolve(1);
  return {
    simulator: new ResourceSimulator({ region, accountId, openApiPort }),
    functions: simulatedFunctions(region, accountId),
  };
}

/** Copies a fixture to where this project is only one of its installed packages. */
function installElsewhere(fixture: string, folder: string): void {
  cpSync(join(projectFolder, "tests", "fixtures", fixture), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const packages = join(folder, "node_modules");
  mkdirSync(packages);
  symlinkSync(projectFolder, join(packages, "streamgate"));
  for (const name of ["@pulumi", "tsx"]) {
    symlinkSync(join(projectFolder, "node_modules", name), join(packages, name));
  }
}

/** Everything but the stack itself, whose children have no parent in the local graph. */
function urnsAndParents({ engine }: RunnerResult): { urn: string; parent: string | undefined }[] {
  return engine.registrations
    .filter(({ type }) => type !== STACK_TYPE)
    .map(({ urn, parent }) => ({ urn, parent: parent === engine.rootResource ? undefined : parent }))
    .sort(byUrn);
}

function byUrn(a: { urn: string }, b: { urn: string }): number {
  return a.urn < b.urn ? -1 : 1;
}

function byType(a: { type: string }, b: { type: string }): number {
  return a.type < b.type ? -1 : 1;
}

function registered({ engine }: RunnerResult, urn: string): Registration {
  const registration = engine.registrations.find((candidate) => candidate.urn === urn);
  if (registration === undefined) throw new Error(`${urn} was not registered`);
  return registration;
}

/** `known`, with every value that is unknown in `preview` unknown here too. */
function withUnknownsOf(preview: unknown, known: unknown): unknown {
  if (preview === pulumi.runtime.unknownValue) return preview;
  if (typeof preview !== "object" || typeof known !== "object" || preview === null || known === null)
    return known;
  if (Array.isArray(known))
    return known.map((item, index) => withUnknownsOf(Object.values(preview)[index], item));
  return Object.fromEntries(
    Object.entries(known).map(([key, value]) => [
      key,
      withUnknownsOf((preview as Record<string, unknown>)[key], value),
    ]),
  );
}
