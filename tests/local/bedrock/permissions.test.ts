import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import {
  ask,
  failure,
  HAIKU,
  NOVA,
  readAnswer,
  ROLE_ARN,
  roleWith,
  runBedrock,
} from "../../helpers/running-bedrock.ts";

const STREAM = "bedrock:InvokeModelWithResponseStream";
const model = (region: string, id: string) => `arn:aws:bedrock:${region}::foundation-model/${id}`;
const profile = (id: string) => `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/${id}`;
const allow = (Resource: string | string[], Condition?: object, Action: string | string[] = STREAM) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});

const europe = ["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"];
const geoArns = [profile(`eu.${HAIKU}`), ...europe.map((region) => model(region, HAIKU))];
const globalProfile = profile(`global.${HAIKU}`);
const globalArns = [globalProfile, model("eu-central-1", HAIKU), model("", HAIKU)];

/** What each form of model id needs: all of it, and nothing else. */
const needed = [
  { modelId: NOVA, arns: [model("eu-central-1", NOVA)] },
  { modelId: model("eu-central-1", NOVA), arns: [model("eu-central-1", NOVA)] },
  { modelId: `eu.${HAIKU}`, arns: geoArns },
  { modelId: profile(`eu.${HAIKU}`), arns: geoArns },
  { modelId: `global.${HAIKU}`, arns: globalArns },
  { modelId: globalProfile, arns: globalArns },
];

for (const { modelId, arns } of needed) {
  test(`${modelId} can be invoked with exactly its resources`, async (t) => {
    const bedrock = await runBedrock(t, { resources: roleWith(allow(arns)) });
    const { error, text } = await readAnswer(bedrock.connect("HTTP/2", "role"), ask("Hello", { modelId }));
    t.is(error, undefined);
    t.true(text.length > 0);
    t.like(bedrock.requests[0], { principal: "role", modelId });
  });

  for (const missing of arns) {
    test(`${modelId} cannot be invoked without ${missing}`, async (t) => {
      const others = arns.filter((arn) => arn !== missing);
      const resources = roleWith(allow([...others, "arn:aws:bedrock:eu-central-1::foundation-model/none"]));
      const bedrock = await runBedrock(t, { resources });
      const error = await failure(bedrock.connect("HTTP/2", "role").send(ask("Hello", { modelId })));
      t.is(error.name, "AccessDeniedException");
      t.is(error.$metadata.httpStatusCode, 403);
      const message = `User: ${ROLE_ARN} is not authorized to perform: ${STREAM} on resource: ${missing} because no policy allows it`;
      t.is(error.message, message);
      t.deepEqual(bedrock.takeErrors(), [`AccessDeniedException: ${message}`]);
    });
  }
}

const inRegion = { "aws:RequestedRegion": "eu-central-1" };
const unspecified = { "aws:RequestedRegion": "unspecified" };
const throughProfile = { "bedrock:InferenceProfileArn": globalProfile };

test("the global profile's three resources are weighed with the Regions and the profile AWS documents", async (t) => {
  const resources = roleWith(
    allow(globalProfile, { StringEquals: inRegion }),
    allow(model("eu-central-1", HAIKU), { StringEquals: { ...inRegion, ...throughProfile } }),
    allow(model("", HAIKU), { StringEquals: { ...unspecified, ...throughProfile } }),
  );
  const { connect } = await runBedrock(t, { resources });
  t.is(
    (await readAnswer(connect("HTTP/2", "role"), ask("Hello", { modelId: globalProfile }))).error,
    undefined,
  );
});

for (const [what, statements] of [
  [
    "the profile itself, on the condition that it is used",
    [allow(globalProfile, { StringEquals: throughProfile }), allow(globalArns.slice(1))],
  ],
  [
    "the region-less model, in the request's Region",
    [allow(globalArns.slice(0, 2)), allow(model("", HAIKU), { StringEquals: inRegion })],
  ],
  [
    "the model, through another profile",
    [
      allow([globalProfile, model("", HAIKU)]),
      allow(model("eu-central-1", HAIKU), {
        ArnEquals: { "bedrock:InferenceProfileArn": profile(`eu.${HAIKU}`) },
      }),
    ],
  ],
] as const) {
  test(`the global profile cannot be invoked by a role that is allowed ${what}`, async (t) => {
    const { connect, takeErrors } = await runBedrock(t, { resources: roleWith(...statements) });
    const modelId = `global.${HAIKU}`;
    t.is(
      (await failure(connect("HTTP/2", "role").send(ask("Hello", { modelId })))).name,
      "AccessDeniedException",
    );
    t.is(takeErrors().length, 1);
  });
}

test("Converse needs InvokeModel, ConverseStream InvokeModelWithResponseStream", async (t) => {
  const arn = model("eu-central-1", NOVA);
  const messages = [{ role: "user" as const, content: [{ text: "Hello" }] }];
  const whole = new ConverseCommand({ modelId: NOVA, messages });

  const streaming = await runBedrock(t, { resources: roleWith(allow(arn)) });
  const client = streaming.connect("HTTP/2", "role");
  t.is((await failure(client.send(whole))).name, "AccessDeniedException");
  t.regex(streaming.takeErrors().join("\n"), /bedrock:InvokeModel on resource/);

  const invoking = await runBedrock(t, { resources: roleWith(allow(arn, undefined, "bedrock:InvokeModel")) });
  const other = invoking.connect("HTTP/2", "role");
  t.is((await other.send(whole)).stopReason, "end_turn");
  t.is((await failure(other.send(ask("Hello")))).name, "AccessDeniedException");
  t.is(invoking.takeErrors().length, 1);
});

const guardrailArn = "arn:aws:bedrock:eu-central-1:123456789012:guardrail/gr1abc";
const applyGuardrail = allow(guardrailArn, undefined, "bedrock:ApplyGuardrail");

for (const guardrailIdentifier of ["gr1abc", guardrailArn]) {
  test(`the guardrail ${guardrailIdentifier} needs ApplyGuardrail`, async (t) => {
    const command = ask("Hello", { guardrailConfig: { guardrailIdentifier, guardrailVersion: "1" } });
    const invoke = allow(model("eu-central-1", NOVA));
    const allowed = await runBedrock(t, { resources: roleWith(invoke, applyGuardrail) });
    t.is((await readAnswer(allowed.connect("HTTP/2", "role"), command)).error, undefined);

    const denied = await runBedrock(t, { resources: roleWith(invoke) });
    t.is((await failure(denied.connect("HTTP/2", "role").send(command))).name, "AccessDeniedException");
    t.regex(denied.takeErrors().join("\n"), /bedrock:ApplyGuardrail on resource: .*guardrail\/gr1abc/);
  });
}

for (const modelId of ["anthropic.claude-sonnet-5", "anthropic.claude-opus-5-5", "openai.gpt-5.6-terra"]) {
  test(`${modelId} answers, without a table's knowing it, whoever may invoke it`, async (t) => {
    const { connect } = await runBedrock(t, { resources: roleWith(allow(model("eu-central-1", modelId))) });
    const { error } = await readAnswer(connect("HTTP/2", "role"), ask("Hello", { modelId }));
    t.is(error, undefined);
  });
}

test("what does not exist is told only to those who may invoke it", async (t) => {
  const unknown = "nobody.none-v1:0";
  const command = ask("Hello", { modelId: unknown });
  const allowed = await runBedrock(t, { resources: roleWith(allow(model("eu-central-1", unknown))) });
  const error = await failure(allowed.connect("HTTP/2", "role").send(command));
  t.like(error, { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } });
  t.is(allowed.takeErrors().length, 1);

  const denied = await runBedrock(t, { resources: roleWith() });
  t.is((await failure(denied.connect("HTTP/2", "role").send(command))).name, "AccessDeniedException");
  t.is(denied.takeErrors().length, 1);
});
