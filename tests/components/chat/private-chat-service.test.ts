import test from "ava";
import { readConfiguration } from "../../../app/configuration.ts";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { pageAssets } from "../../helpers/page-assets.ts";
import { only } from "../../helpers/recorded-program.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";
import { resourceTree } from "../../helpers/resource-tree.ts";

const METHOD = "aws:apigateway/method:Method";
const INTEGRATION = "aws:apigateway/integration:Integration";
const SERVICE = "awsx:ecs:FargateService";
const LINK = "aws:apigatewayv2/vpcLink:VpcLink";

const { graph, outputs } = await recordPrivateChat();

/** A resource that gets another name or parent is made anew in every stack that has it. */
const expected = `
streamgate:index:PrivateChatService chat
  aws:apigatewayv2/vpcLink:VpcLink chat
  aws:cloudwatch/logGroup:LogGroup chat
  streamgate:parts:ChatImage chat
    aws:ecr/lifecyclePolicy:LifecyclePolicy chat
    aws:ecr/repository:Repository chat
    awsx:ecr:Image chat
  streamgate:parts:ChatLoadBalancer chat
    awsx:lb:ApplicationLoadBalancer chat
  streamgate:parts:ChatScaling chat
    aws:appautoscaling/policy:Policy chat-cpu
    aws:appautoscaling/policy:Policy chat-streams
    aws:appautoscaling/target:Target chat
  streamgate:parts:ChatSecurityGroups chat
    aws:ec2/securityGroup:SecurityGroup chat-endpoint
    aws:ec2/securityGroup:SecurityGroup chat-link
    aws:ec2/securityGroup:SecurityGroup chat-load-balancer
    aws:ec2/securityGroup:SecurityGroup chat-task
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-link-to-load-balancer
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-load-balancer-to-task
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-task-to-endpoint
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-task-to-s3
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule chat-endpoint-from-task
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule chat-load-balancer-from-link
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule chat-task-from-load-balancer
  streamgate:parts:ChatService chat
    aws:ecs/cluster:Cluster chat
    awsx:ecs:FargateService chat
  streamgate:parts:ChatTaskRoles chat
    aws:iam/role:Role chat-execution
    aws:iam/role:Role chat-task
    aws:iam/rolePolicy:RolePolicy chat-execution
    aws:iam/rolePolicy:RolePolicy chat-task
  streamgate:parts:PrivateEndpoints chat
    aws:ec2/vpcEndpoint:VpcEndpoint chat-bedrock-runtime
    aws:ec2/vpcEndpoint:VpcEndpoint chat-ecr.api
    aws:ec2/vpcEndpoint:VpcEndpoint chat-ecr.dkr
    aws:ec2/vpcEndpoint:VpcEndpoint chat-logs
    aws:ec2/vpcEndpoint:VpcEndpoint chat-s3
  streamgate:parts:PrivateNetwork chat
    aws:ec2/defaultSecurityGroup:DefaultSecurityGroup chat
    awsx:ec2:Vpc chat-1a-1b
  streamgate:parts:RestApi chat
    aws:apigateway/deployment:Deployment chat
    aws:apigateway/integration:Integration chat//ANY
    aws:apigateway/integration:Integration chat//GET
    aws:apigateway/integration:Integration chat//HEAD
${pageAssets
  .map(
    (name) => `    aws:apigateway/integration:Integration chat/assets/${name}/GET
    aws:apigateway/integration:Integration chat/assets/${name}/HEAD
`,
  )
  .join("")}    aws:apigateway/integration:Integration chat/health/GET
    aws:apigateway/integration:Integration chat/health/HEAD
    aws:apigateway/integration:Integration chat/{proxy+}/ANY
    aws:apigateway/method:Method chat//ANY
    aws:apigateway/method:Method chat//GET
    aws:apigateway/method:Method chat//HEAD
${pageAssets
  .map(
    (name) => `    aws:apigateway/method:Method chat/assets/${name}/GET
    aws:apigateway/method:Method chat/assets/${name}/HEAD
`,
  )
  .join("")}    aws:apigateway/method:Method chat/health/GET
    aws:apigateway/method:Method chat/health/HEAD
    aws:apigateway/method:Method chat/{proxy+}/ANY
    aws:apigateway/methodSettings:MethodSettings chat
    aws:apigateway/resource:Resource chat/assets
${pageAssets
  .map(
    (name) => `    aws:apigateway/resource:Resource chat/assets/${name}
`,
  )
  .join("")}    aws:apigateway/resource:Resource chat/health
    aws:apigateway/resource:Resource chat/{proxy+}
    aws:apigateway/restApi:RestApi chat
    aws:apigateway/restApiPolicy:RestApiPolicy chat
    aws:apigateway/stage:Stage chat
    aws:cloudwatch/logGroup:LogGroup chat-access
    aws:cloudwatch/logGroup:LogGroup chat-execution
`;

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

test("the service registers these resources by these names", (t) => {
  const tree = resourceTree(graph.resources);
  const ofService = tree.slice(tree.indexOf("streamgate:index:PrivateChatService chat")).filter(
    // Pinned with the part that makes them.
    (line) => !line.includes("aws:apigateway/response:Response"),
  );
  const end = ofService.findIndex((line, index) => index > 0 && !line.startsWith(" "));
  t.deepEqual(ofService.slice(0, end), lines(expected));
});

/** What needs no credentials, as a caller would write it. */
function keylessMethods(from: ResourceGraph): string[] {
  return from
    .ofType(METHOD)
    .filter(({ inputs }) => inputs.authorization === "NONE" && inputs.apiKeyRequired === false)
    .map(({ name }) => name)
    .sort();
}

test("nothing but the page, its assets and the health check can be asked for without a key", (t) => {
  t.deepEqual(keylessMethods(graph), [
    "chat//GET",
    "chat//HEAD",
    ...pageAssets.flatMap((name) => [`chat/assets/${name}/GET`, `chat/assets/${name}/HEAD`]),
    "chat/health/GET",
    "chat/health/HEAD",
  ]);
});

test.serial("with CORS, browsers may also ask for permission without a key", async (t) => {
  const { graph } = await recordPrivateChat({ args: { corsOrigins: ["https://app.example.com"] } });
  t.deepEqual(keylessMethods(graph), [
    ...["/", ...pageAssets.map((name) => `/assets/${name}`), "/health"].flatMap((path) =>
      ["GET", "HEAD", "OPTIONS"].map((method) => `chat${path}/${method}`),
    ),
    "chat/{proxy+}/OPTIONS",
  ]);
  t.is(variables(graph).CORS_ORIGINS, "https://app.example.com");
});

test.serial("with signatures there is no page, and only the health check needs none", async (t) => {
  const { graph, outputs } = await recordPrivateChat({ args: { auth: "iam" } });
  t.deepEqual(keylessMethods(graph), ["chat/health/GET", "chat/health/HEAD"]);
  for (const name of ["chat//ANY", "chat/{proxy+}/ANY"]) {
    t.like(only(graph, METHOD, name).inputs, { authorization: "AWS_IAM", apiKeyRequired: false });
  }
  t.like(outputs.api, { routes: ["ANY /", "ANY /{proxy+}", "GET /health", "HEAD /health"] });
  t.false("SERVE_PAGE" in variables(graph));
});

const dnsName = String(
  (only(graph, "awsx:lb:ApplicationLoadBalancer").outputs.loadBalancer as { dnsName: string }).dnsName,
);

for (const [name, integrationHttpMethod, path, access] of [
  ["chat//ANY", "ANY", "/", "protected"],
  ["chat//GET", "GET", "/", "public"],
  ["chat//HEAD", "HEAD", "/", "public"],
  ["chat/health/GET", "GET", "/health", "public"],
  ["chat/{proxy+}/ANY", "ANY", "/{proxy}", "protected"],
  ["chat/assets/app.js/GET", "GET", "/assets/app.js", "public"],
] as const) {
  test(`${name} streams ${path} from the load balancer, through the link, for as long as API Gateway lets it`, (t) => {
    const { restApi, resourceId, httpMethod, requestParameters, ...inputs } = only(
      graph,
      INTEGRATION,
      name,
    ).inputs;
    t.deepEqual(inputs, {
      type: "HTTP_PROXY",
      integrationHttpMethod,
      connectionType: "VPC_LINK",
      connectionId: only(graph, LINK).id,
      integrationTarget: (
        only(graph, "awsx:lb:ApplicationLoadBalancer").outputs.loadBalancer as { arn: string }
      ).arn,
      uri: `http://${dnsName}:80${path}`,
      responseTransferMode: "STREAM",
      timeoutMilliseconds: 900_000,
    });
    const isGreedy = path.endsWith("{proxy}");
    t.deepEqual(requestParameters, {
      "integration.request.header.X-Streamgate-Access": `'${access}'`,
      ...(isGreedy && { "integration.request.path.proxy": "method.request.path.proxy" }),
    });
    t.deepEqual(
      only(graph, METHOD, name).inputs.requestParameters,
      isGreedy ? { "method.request.path.proxy": true } : undefined,
    );
    t.deepEqual(
      [restApi, resourceId, httpMethod].map((value) => typeof value),
      ["string", "string", "string"],
    );
  });
}

test("the link's interfaces are in the isolated subnets, in the link's own group", (t) => {
  t.deepEqual(only(graph, LINK).inputs, {
    subnetIds: only(graph, "awsx:ec2:Vpc").outputs.isolatedSubnetIds,
    securityGroupIds: [only(graph, "aws:ec2/securityGroup:SecurityGroup", "chat-link").id],
    tags: { team: "web" },
  });
});

test("URL, id, stage and routes can be a stack output", (t) => {
  t.deepEqual(outputs.api, {
    url: "http://127.0.0.1:443/v1",
    restApiId: only(graph, "aws:apigateway/restApi:RestApi").id,
    stage: "v1",
    routes: [
      "ANY /",
      "ANY /{proxy+}",
      ...["GET", "HEAD"].flatMap((method) => [
        `${method} /`,
        ...pageAssets.map((name) => `${method} /assets/${name}`),
        `${method} /health`,
      ]),
    ],
  });
});

function variables(from: ResourceGraph): Record<string, string> {
  const { container } = only(from, SERVICE).inputs.taskDefinitionArgs as {
    container: { environment: { name: string; value: string }[] };
  };
  return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
}

test("the container is told these variables, and nothing that is not set", (t) => {
  t.deepEqual(variables(graph), {
    PORT: "8080",
    AWS_REGION: "eu-central-1",
    SERVICE_NAME: "private-chat-dev-chat",
    STAGE: "v1",
    STREAMS_PER_TASK: "200",
    SERVE_PAGE: "true",
    BUCKET: String(only(graph, "aws:s3/bucket:Bucket").outputs.bucket),
    KEY_PREFIX: "public/",
    MODEL_ID: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    MAX_TOKENS: "1024",
  });
});

test.serial("the container reads what the service tells it", async (t) => {
  const { graph } = await recordPrivateChat({
    args: {
      systemPrompt: 'Answer in\nrhymes: "日本".',
      guardrailId: "gr12ab34cd56",
      guardrailVersion: "3",
      streamsPerTask: 50,
      corsOrigins: ["https://a.example", "https://b.example:8443"],
    },
    downloads: false,
  });
  const { model, store, corsOrigins, ...others } = readConfiguration(variables(graph));
  t.deepEqual(model, {
    modelId: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    maxTokens: 1024,
    systemPrompt: 'Answer in\nrhymes: "日本".',
    guardrail: { identifier: "gr12ab34cd56", version: "3" },
  });
  t.is(store, undefined);
  t.deepEqual(corsOrigins, ["https://a.example", "https://b.example:8443"]);
  t.like(others, {
    port: 8080,
    host: "0.0.0.0",
    region: "eu-central-1",
    streamsPerTask: 50,
    servePage: true,
    serviceName: "private-chat-dev-chat",
  });
});

for (const [what, args, message] of [
  ["a model", { model: "anthropic.*" }, /^model is "anthropic\.\*"/],
  ["an image out of reach", { image: "node:24" }, /^image is "node:24"/],
  [
    "a stage called like a route",
    { stage: "assets" },
    /^stage "assets" is also the first part of route path/,
  ],
  ["an origin with a path", { corsOrigins: ["https://a.example/b"] }, /https:\/\/a\.example\/b/],
  ["one zone", { network: { availabilityZones: ["eu-central-1a"] } }, /^network\.availabilityZones is/],
] as const) {
  test.serial(`refused before anything of the service is registered: ${what}`, async (t) => {
    const registered: string[] = [];
    await t.throwsAsync(recordPrivateChat({ args, registered }), { name: "ProgramError", message });
    t.deepEqual(
      registered.filter((type) => !type.startsWith("aws:s3/")),
      [],
    );
  });
}

test.serial("a second service stands beside the first without sharing a name", async (t) => {
  const { graph: other } = await recordPrivateChat({ name: "support" });
  const names = (from: ResourceGraph) =>
    from.resources
      .filter(({ type }) => !type.startsWith("aws:s3/"))
      .map(({ type, name }) => `${type} ${name}`);
  const first = new Set(names(graph));
  t.deepEqual(
    names(other).filter((name) => first.has(name) && !name.includes("DownloadBucket")),
    [],
  );
  t.is(variables(other).SERVICE_NAME, "private-chat-dev-support");
});
