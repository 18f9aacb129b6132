import test from "ava";
import { deploymentFingerprint } from "../../../components/api/deployment-fingerprint.ts";
import { gatewayResponses } from "../../../components/api/gateway-responses.ts";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { fixture, only, recordProgram } from "../../helpers/recorded-program.ts";

const DEPLOYMENT = "aws:apigateway/deployment:Deployment";

function triggers(graph: ResourceGraph): unknown {
  return only(graph, DEPLOYMENT).inputs.triggers;
}

async function triggersWith(...config: string[]): Promise<unknown> {
  const { graph, outputs } = await recordProgram({ folder: fixture("route-table"), config });
  if (outputs.refused !== "") throw new Error("the table was refused");
  return triggers(graph);
}

const before = await triggersWith();

const one = { function: "one" };
const setRoutes = (routes: object) => `routes=${JSON.stringify(routes)}`;

for (const [what, ...config] of [
  ["another method", setRoutes({ "POST /a": one })],
  ["another path", setRoutes({ "GET /b": one })],
  ["a deeper path", setRoutes({ "GET /a/{id}": one })],
  ["one more route", setRoutes({ "GET /a": one, "HEAD /a": one })],
  ["another function, hence another URI", setRoutes({ "GET /a": { function: "two" } })],
  ["the other transfer mode", setRoutes({ "GET /a": { ...one, responseTransferMode: "BUFFERED" } })],
  ["another timeout of the function", "timeoutSeconds=61"],
  ["another security policy", 'connection={"securityPolicy":"SecurityPolicy_TLS13_1_3_2025_09"}'],
  ["another access mode", 'connection={"endpointAccessMode":"BASIC"}'],
] as const) {
  test.serial(`${what} makes a new deployment`, async (t) => {
    t.notDeepEqual(await triggersWith(...config), before);
  });
}

for (const [what, ...config] of [
  ["running the same program again"],
  ["another log retention", "logRetentionDays=7"],
  ["another tag", 'tags={"team":"web"}'],
  ["another throttle", "ratePerSecond=5"],
  ["another memory of the function", "memoryMiB=1024"],
  ["another stage name", "stage=other"],
  ["the transfer mode written out", setRoutes({ "GET /a": { ...one, responseTransferMode: "STREAM" } })],
] as const) {
  test.serial(`${what} makes no new deployment`, async (t) => {
    t.deepEqual(await triggersWith(...config), before);
  });
}

test.serial("the trigger holds every input of every method, integration, response and policy", async (t) => {
  const { graph } = await recordProgram();
  const routes = ["download/{key+}/GET", "download/{key+}/HEAD", "chat/POST"].map(
    (route) => `downloads/${route}`,
  );
  const api = only(graph, "aws:apigateway/restApi:RestApi");
  const { securityPolicy, endpointAccessMode } = api.inputs;
  const snapshot = [
    ...routes.flatMap((name) => [
      only(graph, "aws:apigateway/method:Method", name),
      only(graph, "aws:apigateway/integration:Integration", name),
    ]),
    ...gatewayResponses({ auth: "apiKey", corsOrigins: [] }).map(({ responseType }) =>
      only(graph, "aws:apigateway/response:Response", `downloads-${responseType}`),
    ),
    only(graph, "aws:apigateway/restApiPolicy:RestApiPolicy"),
  ];
  t.deepEqual(triggers(graph), {
    snapshot: deploymentFingerprint([
      { securityPolicy, endpointAccessMode },
      ...snapshot.map(({ inputs }) => inputs),
    ]),
  });

  const deployment = only(graph, DEPLOYMENT);
  t.deepEqual(
    [api, ...snapshot].filter((resource) => !graph.dependsOn(deployment, resource)),
    [],
    "not certain to be there when the deployment is made",
  );
  t.is(
    snapshot.length,
    graph.resources.filter(({ type }) =>
      /apigateway\/(method|integration|response|restApiPolicy):/.test(type),
    ).length,
  );
});

/**
 * What else an API's deployment takes a snapshot of. The program has none of these yet; the first one that it gets
 * belongs into the trigger, and then off this list.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/updating-api.html
 */
const alsoInDeployments = [
  "aws:apigateway/authorizer:Authorizer",
  "aws:apigateway/model:Model",
  "aws:apigateway/requestValidator:RequestValidator",
];

test.serial("nothing else is registered that AWS picks up only on redeployment", async (t) => {
  const { graph } = await recordProgram();
  t.deepEqual(
    graph.resources.filter(({ type }) => alsoInDeployments.includes(type)),
    [],
  );
});
