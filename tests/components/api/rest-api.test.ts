import test from "ava";
import { accessLogFormat } from "../../../components/api/access-log-format.ts";
import { gatewayResponses } from "../../../components/api/gateway-responses.ts";
import { byName, only, recordProgram } from "../../helpers/recorded-program.ts";

const STAGE = "aws:apigateway/stage:Stage";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

const { graph } = await recordProgram({
  config: [
    "stage=v1",
    "logRetentionDays=90",
    "throttleRatePerSecond=7",
    "throttleBurst=9",
    'tags=["team=web"]',
  ],
});
const restApi = only(graph, "aws:apigateway/restApi:RestApi");

test("the API is Regional, takes TLS 1.2 and 1.3 alone, and has nothing else that a deployment takes a snapshot of", (t) => {
  t.deepEqual(restApi.inputs, {
    description: "Streams from Lambda functions",
    endpointConfiguration: { types: "REGIONAL", ipAddressType: "ipv4" },
    securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    endpointAccessMode: "STRICT",
    tags: { team: "web" },
  });
});

test("each part of a path is one resource below the one before", (t) => {
  const resources = byName(graph, "aws:apigateway/resource:Resource");
  t.deepEqual(resources["downloads/download"]?.inputs, {
    restApi: restApi.id,
    parentId: restApi.outputs.rootResourceId,
    pathPart: "download",
  });
  t.deepEqual(resources["downloads/download/{key+}"]?.inputs, {
    restApi: restApi.id,
    parentId: resources["downloads/download"]?.id,
    pathPart: "{key+}",
  });
});

test("every method needs an API key and nothing else", (t) => {
  const methods = graph.ofType("aws:apigateway/method:Method");
  const routes = [
    ["POST", "chat"],
    ["GET", "download/{key+}"],
    ["HEAD", "download/{key+}"],
  ] as const;
  t.deepEqual(
    methods.map(({ inputs }) => inputs),
    routes.map(([httpMethod, path]) => ({
      restApi: restApi.id,
      resourceId: only(graph, "aws:apigateway/resource:Resource", `downloads/${path}`).id,
      httpMethod,
      authorization: "NONE",
      apiKeyRequired: true,
    })),
  );
});

test("API Gateway's own errors have our body", (t) => {
  const responses = byName(graph, "aws:apigateway/response:Response");
  const expected = gatewayResponses({ auth: "apiKey", corsOrigins: [] });
  t.is(Object.keys(responses).length, expected.length);
  for (const response of expected) {
    t.deepEqual(responses[`downloads-${response.responseType}`]?.inputs, {
      restApiId: restApi.id,
      ...response,
    });
  }
});

test("the stage serves the deployment and logs requests in the access log's format", (t) => {
  t.deepEqual(only(graph, STAGE).inputs, {
    restApi: restApi.id,
    deployment: only(graph, "aws:apigateway/deployment:Deployment").id,
    stageName: "v1",
    accessLogSettings: {
      destinationArn: only(graph, LOG_GROUP, "downloads-access").outputs.arn,
      format: accessLogFormat,
    },
    xrayTracingEnabled: false,
    tags: { team: "web" },
  });
});

test("access and execution logs have groups of their own that are kept as long as configured", (t) => {
  const tags = { team: "web" };
  t.deepEqual(only(graph, LOG_GROUP, "downloads-access").inputs, { retentionInDays: 90, tags });
  t.deepEqual(only(graph, LOG_GROUP, "downloads-execution").inputs, {
    name: `API-Gateway-Execution-Logs_${restApi.id}/v1`,
    retentionInDays: 90,
    tags,
  });
  t.true(graph.dependsOn(only(graph, STAGE), only(graph, LOG_GROUP, "downloads-execution")));
});

test("every method is throttled, logs errors and never traces data", (t) => {
  t.deepEqual(only(graph, "aws:apigateway/methodSettings:MethodSettings").inputs, {
    restApi: restApi.id,
    stageName: "v1",
    methodPath: "*/*",
    settings: {
      throttlingRateLimit: 7,
      throttlingBurstLimit: 9,
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
    },
  });
});
