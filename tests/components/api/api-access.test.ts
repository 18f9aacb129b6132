import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { byName, fixture, only, recordProgram } from "../../helpers/recorded-program.ts";

const METHOD = "aws:apigateway/method:Method";
const POLICY = "aws:apigateway/restApiPolicy:RestApiPolicy";
const folder = fixture("guarded-api");

const record = (...config: string[]) => recordProgram({ folder, config });

const authorizations = (graph: ResourceGraph) =>
  Object.fromEntries(
    Object.entries(byName(graph, METHOD)).map(([name, { inputs }]) => [
      name,
      [inputs.authorization, inputs.apiKeyRequired],
    ]),
  );

const trigger = (graph: ResourceGraph) => only(graph, "aws:apigateway/deployment:Deployment").inputs.triggers;

for (const [auth, expected] of [
  ["apiKey", ["NONE", true]],
  ["iam", ["AWS_IAM", false]],
  ["none", ["NONE", false]],
] as const) {
  test.serial(
    `with auth ${auth} methods ask for ${JSON.stringify(expected)}, and OPTIONS for nothing`,
    async (t) => {
      const { graph } = await record(`auth=${auth}`, 'corsOrigins=["https://a.example"]');
      t.deepEqual(authorizations(graph), {
        "api/bytes/{size}/GET": expected,
        "api/bytes/{size}/OPTIONS": ["NONE", false],
      });
    },
  );
}

const statement = (effect: string, resources: readonly string[]) => ({
  Effect: effect,
  Principal: "*",
  Action: "execute-api:Invoke",
  Resource: resources,
});
const cidrs = ["203.0.113.0/24", "2001:db8::/32"];
const condition = { Condition: { NotIpAddress: { "aws:SourceIp": cidrs } } };

for (const [what, config, allowed] of [
  ["with keys anyone with a key may call", ["auth=apiKey"], ["/*"]],
  ["without authorization anyone may call", ["auth=none"], ["/*"]],
  ["with IAM the policy lets nobody in by itself", ["auth=iam"], []],
  ["with IAM browsers may still ask", ["auth=iam", 'corsOrigins=["https://a.example"]'], ["/*/OPTIONS/*"]],
] as const) {
  test.serial(`an address list shuts everybody else out; ${what}`, async (t) => {
    const { graph } = await record(...config, `allowedCidrs=${JSON.stringify(cidrs)}`);
    const { id, outputs } = only(graph, "aws:apigateway/restApi:RestApi");
    const arn = (path: string) => `${String(outputs.executionArn)}${path}`;
    const { restApiId, policy } = only(graph, POLICY, "api").inputs;
    t.is(restApiId, id);
    t.deepEqual(JSON.parse(String(policy)), {
      Version: "2012-10-17",
      Statement: [
        ...(allowed.length > 0 ? [statement("Allow", allowed.map(arn))] : []),
        { ...statement("Deny", [arn("/*")]), ...condition },
      ],
    });
  });
}

test.serial(
  "without a list the same policy shuts nobody out, so that lifting one changes it in place",
  async (t) => {
    const policyWith = async (...config: string[]) => only((await record(...config)).graph, POLICY, "api");
    const [without, withList] = [
      await policyWith(),
      await policyWith(`allowedCidrs=${JSON.stringify(cidrs)}`),
    ];
    t.is(without.urn, withList.urn);
    const everywhere = String(withList.inputs.policy).replace(JSON.stringify(cidrs), '["0.0.0.0/0","::/0"]');
    t.is(without.inputs.policy, everywhere);
  },
);

for (const [list, expected] of [
  ["[]", "ipv4"],
  ['["203.0.113.0/24"]', "ipv4"],
  ['["203.0.113.0/24","2001:db8::/32"]', "dualstack"],
] as const) {
  test.serial(`an API that is for ${list} answers over ${expected}`, async (t) => {
    const { graph } = await record(`allowedCidrs=${list}`);
    const { endpointConfiguration } = only(graph, "aws:apigateway/restApi:RestApi").inputs;
    t.deepEqual(endpointConfiguration, { types: "REGIONAL", ipAddressType: expected });
  });
}

test.serial("whoever may call is in the deployment's trigger, and made before the deployment", async (t) => {
  const plain = trigger((await record()).graph);
  const seen = [plain];
  for (const config of [
    "auth=iam",
    'auth=iam allowedPrincipals=["111122223333"]',
    "auth=none",
    'allowedCidrs=["203.0.113.0/24"]',
    'allowedCidrs=["203.0.113.0/25"]',
    'corsOrigins=["https://a.example"]',
    'corsOrigins=["https://b.example"]',
    'corsOrigins=["https://a.example","https://b.example"]',
    'corsOrigins=["https://a.example","https://c.example"]',
  ]) {
    const { graph } = await record(...config.split(" "));
    for (const other of seen) t.notDeepEqual(trigger(graph), other, config);
    seen.push(trigger(graph));
    const deployment = only(graph, "aws:apigateway/deployment:Deployment");
    const late = graph.resources.filter(
      (resource) =>
        /apigateway\/(method|integration|response|methodResponse|integrationResponse|restApiPolicy):/.test(
          resource.type,
        ) && !graph.dependsOn(deployment, resource),
    );
    t.deepEqual(late, [], config);
  }
  t.deepEqual(trigger((await record("tracing=true")).graph), plain, "a stage's setting needs no deployment");
});

for (const [what, config, message] of [
  [
    "an address without a prefix",
    'allowedCidrs=["203.0.113.7"]',
    /^allowedCidrs has "203.0.113.7"; write blocks/,
  ],
  ["a prefix that is too long", 'allowedCidrs=["203.0.113.0/33"]', /^allowedCidrs has "203.0.113.0\/33"/],
  ["a name in place of an address", 'allowedCidrs=["example.com/24"]', /^allowedCidrs has "example.com\/24"/],
  [
    "an origin with a path",
    'corsOrigins=["https://a.example/"]',
    /^corsOrigins has "https:\/\/a.example\/"; write/,
  ],
  ["any origin at all", 'corsOrigins=["*"]', /^corsOrigins has "\*"/],
  ["an origin that could end a text", `corsOrigins=["https://a'.example"]`, /^corsOrigins has/],
  [
    "principals where nobody signs",
    'allowedPrincipals=["111122223333"]',
    /^allowedPrincipals needs auth to be iam: who does not sign is no principal$/,
  ],
  [
    "everybody as a principal",
    'allowedPrincipals=["*"]',
    /^allowedPrincipals is "\["\*"\]"; allowed: account ids such as/,
  ],
  ["no key at all", "generations=[]", /^generations is \[\]; write whole numbers from 1, ascending/],
  ["a key twice", "generations=[2,2]", /^generations is \[2, 2\]/],
  ["a key zero", "generations=[0]", /^generations is \[0\]/],
] as const) {
  test.serial(`${what} is refused before anything of it is registered`, async (t) => {
    const { outputs, graph } = await record(config);
    t.regex(String(outputs.refused), message);
    const part = config.startsWith("generations") ? /ApiKeyAccess|apiKey:/ : /StreamingLambdaApi|RestApi/;
    t.deepEqual(
      graph.resources.filter(({ type }) => part.test(type)),
      [],
    );
  });
}

test.serial("a second key has a name of its own, and the newest is the one given out", async (t) => {
  const { graph, outputs, secretOutputs } = await record("generations=[1,2]");
  const keys = byName(graph, "aws:apigateway/apiKey:ApiKey");
  t.deepEqual(Object.keys(keys), ["access", "access-2"]);
  const planKeys = byName(graph, "aws:apigateway/usagePlanKey:UsagePlanKey");
  const plan = only(graph, "aws:apigateway/usagePlan:UsagePlan");
  for (const name of ["access", "access-2"]) {
    t.deepEqual(planKeys[name]?.inputs, { keyId: keys[name]?.id, keyType: "API_KEY", usagePlanId: plan.id });
  }
  t.is(outputs.apiKey, keys["access-2"]?.outputs.value);
  t.deepEqual(secretOutputs, ["apiKey"]);
});

test.serial(
  "changing keys replaces none: the old one goes when its number does, and not before",
  async (t) => {
    const keysWith = async (generations: string) => {
      const { graph } = await record(`generations=${generations}`);
      return graph.resources
        .filter(({ type }) => /:(?:ApiKey|UsagePlanKey|UsagePlan)$/.test(type))
        .map(({ urn, inputs }) => ({ urn, inputs }));
    };
    const isOf =
      (key: string) =>
      ({ urn }: { readonly urn: string }) =>
        urn.endsWith(`Key::${key}`);
    const before = await keysWith("[1]");
    const during = await keysWith("[1,2]");
    t.deepEqual(
      during.filter((resource) => !isOf("access-2")(resource)),
      before,
    );
    t.deepEqual(
      await keysWith("[2]"),
      during.filter((resource) => !isOf("access")(resource)),
    );
  },
);

for (const tracing of [true, false]) {
  test.serial(`with tracing=${tracing} stage and function say so, and the role may or may not`, async (t) => {
    const { graph } = await record(`tracing=${tracing}`);
    t.is(only(graph, "aws:apigateway/stage:Stage").inputs.xrayTracingEnabled, tracing);
    t.deepEqual(only(graph, "aws:lambda/function:Function").inputs.tracingConfig, {
      mode: tracing ? "Active" : "PassThrough",
    });
    const { Statement } = JSON.parse(String(only(graph, "aws:iam/rolePolicy:RolePolicy").inputs.policy)) as {
      Statement: { Action: string[]; Resource: string }[];
    };
    t.deepEqual(
      Statement.filter(({ Action }) => Action.some((action) => action.startsWith("xray:"))),
      tracing
        ? [{ Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" }]
        : ([] as never),
    );
  });
}

test.serial("functions are told of the origins", async (t) => {
  const { graph } = await record('corsOrigins=["https://a.example","https://b.example"]');
  t.deepEqual(only(graph, "aws:lambda/function:Function").inputs.environment, {
    variables: { CORS_ORIGINS: "https://a.example,https://b.example" },
  });
});
