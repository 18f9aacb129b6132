import test from "ava";
import {
  type BedrockAccess,
  type InferenceProfile,
  bedrockStatements,
} from "../../../components/chat/bedrock-statements.ts";
import type { PolicyStatement } from "../../../components/policy-statements.ts";

const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const STREAM = { Effect: "Allow", Action: "bedrock:InvokeModelWithResponseStream" } as const;

const ohio = { partition: "aws", region: "us-east-2", accountId: "123456789012", guardrailId: "" };
const govWest = { ...ohio, partition: "aws-us-gov", region: "us-gov-west-1" };

/** A profile made in the Region and account of `ohio`. */
function profile(id: string, modelArns: readonly string[]): InferenceProfile {
  return {
    inferenceProfileArn: `arn:aws:bedrock:us-east-2:123456789012:${id}`,
    models: modelArns.map((modelArn) => ({ modelArn })),
  };
}

const haikuIn = (region: string, partition = "aws") =>
  `arn:${partition}:bedrock:${region}::foundation-model/${HAIKU}`;

const usProfile = profile(
  `inference-profile/us.${HAIKU}`,
  ["us-east-1", "us-east-2", "us-west-2"].map((region) => haikuIn(region)),
);
const globalProfile = profile(`inference-profile/global.${HAIKU}`, [haikuIn(""), haikuIn("us-east-2")]);
const ofOneRegion = profile("application-inference-profile/0h48dnxmrxnl", [haikuIn("us-east-2")]);
const ofGlobal = profile("application-inference-profile/1j59eoynsyom", [haikuIn("us-east-2"), haikuIn("")]);

/** The three statements AWS asks for. */
function throughGlobal({ inferenceProfileArn }: InferenceProfile): PolicyStatement[] {
  const through = { "bedrock:InferenceProfileArn": inferenceProfileArn };
  return [
    {
      ...STREAM,
      Resource: inferenceProfileArn,
      Condition: { StringEquals: { "aws:RequestedRegion": "us-east-2" } },
    },
    {
      ...STREAM,
      Resource: haikuIn("us-east-2"),
      Condition: { StringEquals: { "aws:RequestedRegion": "us-east-2", ...through } },
    },
    {
      ...STREAM,
      Resource: haikuIn(""),
      Condition: { StringEquals: { "aws:RequestedRegion": "unspecified", ...through } },
    },
  ];
}

/** The profile, and the model in these Regions through it. */
function throughGeography({ inferenceProfileArn }: InferenceProfile, models: string[]): PolicyStatement[] {
  return [
    { ...STREAM, Resource: inferenceProfileArn },
    {
      ...STREAM,
      Resource: models,
      Condition: { StringEquals: { "bedrock:InferenceProfileArn": inferenceProfileArn } },
    },
  ];
}

const table: Readonly<Record<string, readonly [BedrockAccess, PolicyStatement[]]>> = {
  "a plain model is allowed in the Region of the call alone": [
    { ...ohio, model: HAIKU },
    [{ ...STREAM, Resource: haikuIn("us-east-2") }],
  ],
  "a plain model of another partition has that partition's ARN": [
    { ...govWest, model: HAIKU },
    [{ ...STREAM, Resource: haikuIn("us-gov-west-1", "aws-us-gov") }],
  ],
  "a geographic profile needs the profile, and through it the model in every destination": [
    { ...ohio, model: usProfile },
    throughGeography(usProfile, [haikuIn("us-east-1"), haikuIn("us-east-2"), haikuIn("us-west-2")]),
  ],
  "a Region that a geographic profile does not route to needs the model too when the call is made there": [
    { ...ohio, region: "ca-central-1", model: usProfile },
    throughGeography(usProfile, [
      haikuIn("ca-central-1"),
      haikuIn("us-east-1"),
      haikuIn("us-east-2"),
      haikuIn("us-west-2"),
    ]),
  ],
  "a global profile needs three resources, each under its conditions": [
    { ...ohio, model: globalProfile },
    throughGlobal(globalProfile),
  ],
  "a global profile needs the model without a Region even where AWS does not list it": [
    { ...ohio, model: { ...globalProfile, models: [{ modelArn: haikuIn("us-east-2") }] } },
    throughGlobal(globalProfile),
  ],
  "an application profile of one Region's model needs the profile and that model": [
    { ...ohio, model: ofOneRegion },
    throughGeography(ofOneRegion, [haikuIn("us-east-2")]),
  ],
  "an application profile made from a global one is seen by its models": [
    { ...ohio, model: ofGlobal },
    throughGlobal(ofGlobal),
  ],
};

for (const [title, [access, expected]] of Object.entries(table)) {
  test(title, (t) => t.deepEqual(bedrockStatements(access), expected));
}

test("without a guardrail nothing may be applied", (t) => {
  const actions = Object.values(table).flatMap(([access]) =>
    bedrockStatements(access).map(({ Action }) => Action),
  );
  t.deepEqual([...new Set(actions)], ["bedrock:InvokeModelWithResponseStream"]);
});

test("a guardrail's id stands for the guardrail of this Region and account", (t) => {
  t.deepEqual(bedrockStatements({ ...govWest, model: HAIKU, guardrailId: "gr12ab34cd56" }).slice(1), [
    {
      Effect: "Allow",
      Action: "bedrock:ApplyGuardrail",
      Resource: "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/gr12ab34cd56",
    },
  ]);
});

test("a guardrail's ARN stands for itself, whatever account it is in", (t) => {
  const guardrailId = "arn:aws:bedrock:us-east-2:210987654321:guardrail/gr12ab34cd56";
  t.deepEqual(bedrockStatements({ ...ohio, model: globalProfile, guardrailId }).slice(3), [
    { Effect: "Allow", Action: "bedrock:ApplyGuardrail", Resource: guardrailId },
  ]);
});

test("a profile without models is refused instead of half allowed", (t) => {
  t.throws(() => bedrockStatements({ ...ohio, model: { ...usProfile, models: [] } }), {
    message: `the inference profile ${usProfile.inferenceProfileArn} has no models; set model to another`,
  });
});

for (const [title, [access]] of Object.entries(table)) {
  test(`no wildcard: ${title}`, (t) => {
    for (const { Action, Resource } of bedrockStatements(access)) {
      t.notRegex([Action, Resource].flat().join(), /[*?]/);
    }
  });
}
