import { join } from "node:path";
import test from "ava";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { type ProgramRun, runProgram } from "../../local/program/run-program.ts";
import { simulatedFunctions } from "../../local/program/simulated-functions.ts";
import { ResourceSimulator } from "../../local/program/simulated-resources.ts";
import type { ExistingResource } from "../../local/program/simulation.ts";
import { readStackSettings } from "../../local/program/stack-settings.ts";
import { only, projectFolder } from "../helpers/recorded-program.ts";

const account = { region: "eu-central-1", accountId: "123456789012" };
const simulated = { ...account, openApiPort: () => Promise.resolve(443) };

/** The account after the first stack's `up`. */
class AccountWithLogging extends ResourceSimulator {
  override read(type: string, resource: ExistingResource): ReturnType<ResourceSimulator["read"]> {
    if (type === "aws:apigateway/account:Account") return { cloudwatchRoleArn: "arn:aws:iam::1:role/logs" };
    return super.read(type, resource);
  }
}

/** The program with everything in it, as one stack of several in an account and Region. */
function recordStack(stack: string, simulator = new ResourceSimulator(simulated)): Promise<ProgramRun> {
  const everything = ["chat=true", "lambdaChat=true", 'corsOrigins=["https://a.example"]'];
  const settings = readStackSettings(projectFolder, "dev", everything);
  return runProgram({
    entry: join(projectFolder, "index.ts"),
    settings: { ...settings, stack },
    simulator,
    functions: simulatedFunctions(account.region, account.accountId),
    log: new CloudLog(),
  });
}

const one = await recordStack("one");
const other = await recordStack("other", new AccountWithLogging(simulated));

/** Text that a stack gives AWS, with the places it stands in. */
function texts(value: unknown, place: string): [place: string, text: string][] {
  if (typeof value === "string") return [[place, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => texts(member, `${place}.${name}`));
}

const owned = ({ graph }: ProgramRun) => graph.resources.filter(({ custom }) => custom);

test("nothing that either stack makes has the other's id or ARN", (t) => {
  const identities = (run: ProgramRun) =>
    owned(run).flatMap(({ id, outputs }) => [id, ...(typeof outputs.arn === "string" ? [outputs.arn] : [])]);
  const taken = new Set(identities(one));
  t.true(taken.size > 100);
  t.deepEqual(
    identities(other).filter((identity) => taken.has(identity)),
    [],
  );
});

test("no name is fixed: what both give AWS as a name says what it belongs to", (t) => {
  const names = (run: ProgramRun) =>
    owned(run).flatMap(({ type, name, inputs }) =>
      ["name", "bucket", "family", "functionName", "namePrefix"].flatMap((property) => {
        const value = inputs[property];
        return typeof value === "string" ? [`${type} ${name} ${property} ${value}`] : [];
      }),
    );
  const taken = new Set(names(one));
  t.true(taken.size > 0);
  t.deepEqual(
    names(other).filter((name) => taken.has(name)),
    [],
  );
});

test("neither stack names anything of the other's", (t) => {
  const identifiers = (run: ProgramRun) =>
    ["aws:apigateway/restApi:RestApi", "aws:s3/bucket:Bucket", "aws:apigateway/apiKey:ApiKey"].flatMap(
      (type) => run.graph.ofType(type).map(({ id }) => id),
    );
  const ofOther = identifiers(other);
  t.is(ofOther.length, 4);
  for (const { name, inputs } of owned(one)) {
    for (const [place, text] of texts(inputs, name)) {
      t.false(
        ofOther.some((identifier) => text.includes(identifier)),
        `${place} is ${text}`,
      );
    }
  }
});

test("each stack's key opens its own APIs alone", (t) => {
  t.not(one.outputs.apiKey, other.outputs.apiKey);
  for (const { graph } of [one, other]) {
    t.deepEqual(
      only(graph, "aws:apigateway/usagePlan:UsagePlan").inputs.apiStages,
      graph.ofType("aws:apigateway/restApi:RestApi").map(({ id }) => ({
        apiId: id,
        stage: only(graph, "aws:apigateway/stage:Stage", "downloads").inputs.stageName,
      })),
    );
  }
});

test("the Region's logging role is made by one of them, and both log", (t) => {
  const account = "aws:apigateway/account:Account";
  t.is(one.graph.ofType(account).length, 1);
  t.is(other.graph.ofType(account).length, 0);
  for (const { graph } of [one, other]) {
    for (const { inputs } of graph.ofType("aws:apigateway/stage:Stage")) t.truthy(inputs.accessLogSettings);
  }
});
