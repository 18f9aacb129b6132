import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import test, { type ExecutionContext } from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { SignatureError } from "../../../local/iam/signature-error.ts";
import { verifySignature } from "../../../local/iam/signature.ts";
import { openAwsBedrock } from "../../../local/bedrock/aws-bedrock.ts";
import { startBedrock } from "../../../local/bedrock/bedrock-service.ts";
import type { ScriptedModelOptions } from "../../../local/bedrock/scripted-model.ts";
import { freePort } from "../../../local/host/loopback.ts";
import {
  ask,
  failure,
  HAIKU,
  NOVA,
  readAnswer,
  REGION,
  roleWith,
  runBedrock,
  transports,
} from "../../helpers/running-bedrock.ts";
import { until } from "../../helpers/until.ts";

const PAYING_ACCOUNT = "999988887777";

/** What stands for AWS here: another local Bedrock, in another account, that takes the user's credentials alone. */
async function startAws(t: ExecutionContext, model: ScriptedModelOptions = {}) {
  const store = new CredentialStore();
  const credentials = store.issue({ kind: "developer" });
  const bedrock = await startBedrock({
    graph: new ResourceGraph([]),
    credentials: store,
    region: REGION,
    accountId: PAYING_ACCOUNT,
    log: new CloudLog(),
    model: { firstTokenMilliseconds: 0, tokensPerSecond: 0, ...model },
  });
  t.teardown(() => bedrock.close());
  const sts = await startSts(t, store);
  return { ...bedrock, credentials, endpoints: { bedrock: bedrock.endpoint, sts } };
}

async function startSts(t: ExecutionContext, store: CredentialStore): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      try {
        const { service, region } = verifySignature(request, store, { body: Buffer.concat(chunks) });
        t.deepEqual([service, region], ["sts", REGION]);
        const body = `<Arn>arn:aws:iam::${PAYING_ACCOUNT}:user/me</Arn><UserId>A</UserId><Account>${PAYING_ACCOUNT}</Account>`;
        response.end(`<GetCallerIdentityResponse>${body}</GetCallerIdentityResponse>`);
      } catch (error) {
        if (!(error instanceof SignatureError)) throw error;
        response.writeHead(403).end("<Error><Message>The security token is invalid.</Message></Error>");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function runPassingOn(t: ExecutionContext, model?: ScriptedModelOptions) {
  const aws = await startAws(t, model);
  const { respond, identity } = await openAwsBedrock({ region: REGION, ...aws });
  const invokeNova = {
    Effect: "Allow",
    Action: "bedrock:InvokeModelWithResponseStream",
    Resource: `arn:aws:bedrock:${REGION}::foundation-model/${NOVA}`,
  };
  const local = await runBedrock(t, { respond, resources: roleWith(invokeNova) });
  return { aws, local, identity };
}

test("the credentials' account is known before anything is asked", async (t) => {
  const { identity, aws } = await runPassingOn(t);
  t.deepEqual(identity, { accountId: PAYING_ACCOUNT, arn: `arn:aws:iam::${PAYING_ACCOUNT}:user/me` });
  t.is(aws.requests.length, 0);
});

test("credentials that AWS does not take are told in AWS's words", async (t) => {
  const { endpoints, credentials } = await startAws(t);
  const opening = openAwsBedrock({
    region: REGION,
    endpoints,
    credentials: { ...credentials, secretAccessKey: "no" },
  });
  await t.throwsAsync(opening, { name: "AwsCredentialsError", message: "The security token is invalid." });
});

for (const transport of transports) {
  test(`a stream is passed on as it comes, signed with the user's credentials, over ${transport}`, async (t) => {
    const { aws, local } = await runPassingOn(t);
    const step = aws.faults.lockStep();
    step.release();
    const { text, error, events } = await readAnswer(local.connect(transport, "role"), ask("Grüße"), {
      onEvent: () => step.release(),
    });
    t.is(error, undefined);
    t.true(text.startsWith("You asked: “Grüße”"));
    t.true(events.at(-1)?.metadata !== undefined);
    t.like(aws.requests[0], { modelId: NOVA, principal: "developer", status: 200 });
    t.like(local.requests[0], { modelId: NOVA, principal: "role", status: 200 });
  });
}

test("Converse is passed on too", async (t) => {
  const { local } = await runPassingOn(t);
  const command = new ConverseCommand({
    modelId: NOVA,
    messages: [{ role: "user", content: [{ text: "Hello" }] }],
  });
  t.is((await local.connect().send(command)).stopReason, "end_turn");
});

test("a profile's ARN loses the local account's number on the way", async (t) => {
  const { aws, local } = await runPassingOn(t);
  const modelId = `arn:aws:bedrock:${REGION}:123456789012:inference-profile/global.${HAIKU}`;
  t.is((await readAnswer(local.connect(), ask("Hello", { modelId }))).error, undefined);
  t.is(aws.requests[0]?.modelId, `global.${HAIKU}`);
});

test("what the role may not do never reaches AWS", async (t) => {
  const { aws, local } = await runPassingOn(t);
  const command = ask("Hello", { modelId: `global.${HAIKU}` });
  t.is((await failure(local.connect("HTTP/2", "role").send(command))).name, "AccessDeniedException");
  t.is(local.takeErrors().length, 1);
  t.is(aws.requests.length, 0);
});

test("an error of AWS's is the caller's", async (t) => {
  const { aws, local } = await runPassingOn(t);
  aws.faults.refuse("ThrottlingException");
  const error = await failure(local.connect().send(ask("Hello")));
  t.like(error, { name: "ThrottlingException", $metadata: { httpStatusCode: 429 } });
});

test("an answer that AWS breaks off is broken off", async (t) => {
  const { aws, local } = await runPassingOn(t, { reply: () => " a b c" });
  aws.faults.breakOffAfter(3);
  const { text, error } = await readAnswer(local.connect("HTTP/1.1"), ask("Hello"));
  t.is(text, " a b");
  t.is(error?.code, "ECONNRESET");
  t.is(local.takeErrors().length, 1);
});

test("a reader who leaves stops the real model", async (t) => {
  const { aws, local } = await runPassingOn(t);
  const stall = aws.faults.stallAfter(3);
  const abort = new AbortController();
  const reading = readAnswer(local.connect(), ask("Hello"), { abortSignal: abort.signal });
  await stall.reached;
  abort.abort();
  await until(() => aws.requests[0]?.aborted);
  await reading;
  t.is(aws.requests[0]?.framesSent, 3);
});

test("an AWS that cannot be reached is a 503, and reported", async (t) => {
  const aws = await startAws(t);
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const { respond } = await openAwsBedrock({
    region: REGION,
    credentials: aws.credentials,
    endpoints: { ...aws.endpoints, bedrock: nowhere },
  });
  const local = await runBedrock(t, { respond });
  const error = await failure(local.connect().send(ask("Hello")));
  t.like(error, { name: "ServiceUnavailableException", $metadata: { httpStatusCode: 503 } });
  t.regex(local.takeErrors().join("\n"), /Bedrock was not reached: .*ECONNREFUSED/);
});
