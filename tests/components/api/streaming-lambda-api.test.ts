import test from "ava";
import { byName, fixture, only, recordProgram } from "../../helpers/recorded-program.ts";

const INTEGRATION = "aws:apigateway/integration:Integration";
const METHOD = "aws:apigateway/method:Method";
const PERMISSION = "aws:lambda/permission:Permission";
const FUNCTION = "aws:lambda/function:Function";
const REST_API = "aws:apigateway/restApi:RestApi";

const program = await recordProgram({ config: ["downloadTimeoutSeconds=120"] });
const twoModes = await recordProgram({ folder: fixture("two-modes") });

const invocation = (version: string, functionArn: unknown, action: string) =>
  `arn:aws:apigateway:eu-central-1:lambda:path/${version}/functions/${String(functionArn)}/${action}`;

for (const method of ["GET", "HEAD"]) {
  test(`${method} /download/{key+} streams from the function, as long as the function may run`, (t) => {
    const { graph } = program;
    const name = `downloads/download/{key+}/${method}`;
    const { arn } = only(graph, FUNCTION, "download").outputs;
    t.deepEqual(only(graph, INTEGRATION, name).inputs, {
      restApi: only(graph, REST_API).id,
      resourceId: only(graph, "aws:apigateway/resource:Resource", "downloads/download/{key+}").id,
      httpMethod: method,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      responseTransferMode: "STREAM",
      uri: invocation("2021-11-15", arn, "response-streaming-invocations"),
      timeoutMilliseconds: 120_000,
    });
    t.true(graph.dependsOn(only(graph, INTEGRATION, name), only(graph, METHOD, name)));
  });
}

test("a BUFFERED route has the other invocation URI and waits 29 s for a function of 60 s", (t) => {
  const { graph } = twoModes;
  const functions = byName(graph, FUNCTION);
  t.like(only(graph, INTEGRATION, "bytes/buffered/{size}/GET").inputs, {
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    responseTransferMode: "BUFFERED",
    uri: invocation("2015-03-31", functions.buffered?.outputs.arn, "invocations"),
    timeoutMilliseconds: 29_000,
  });
  t.like(only(graph, INTEGRATION, "bytes/streamed/{size}/GET").inputs, {
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    responseTransferMode: "STREAM",
    uri: invocation("2021-11-15", functions.streamed?.outputs.arn, "response-streaming-invocations"),
    timeoutMilliseconds: 60_000,
  });
});

test("each route's function may be called by this API and this method alone", (t) => {
  const { graph } = program;
  const { arn } = only(graph, FUNCTION, "download").outputs;
  const { executionArn } = only(graph, REST_API).outputs;
  t.is(graph.ofType(PERMISSION).length, 3);
  for (const method of ["GET", "HEAD"]) {
    t.deepEqual(only(graph, PERMISSION, `downloads-${method}-download-key-5f045c6`).inputs, {
      action: "lambda:InvokeFunction",
      function: arn,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${String(executionArn)}/*/${method}/download/*`,
    });
  }
});

test.serial("a permission names path parts as they are, parameters and ANY as wildcards", async (t) => {
  const routes = { "GET /": one, "ANY /a/{id}/b": one, "POST /c/{rest+}": one };
  const { graph } = await recordProgram({ folder: fixture("route-table"), config: [setRoutes(routes)] });
  const { executionArn } = only(graph, REST_API).outputs;
  t.deepEqual(
    graph
      .ofType(PERMISSION)
      .map(({ inputs }) => String(inputs.sourceArn).replace(`${String(executionArn)}/*/`, "")),
    ["GET/", "*/a/*/b", "POST/c/*"],
  );
});

const one = { function: "one" };
const setRoutes = (routes: object) => `routes=${JSON.stringify(routes)}`;

test.serial("a route table it can use is taken", async (t) => {
  const { outputs, graph } = await recordProgram({ folder: fixture("route-table") });
  t.is(outputs.refused, "");
  t.is(graph.ofType(REST_API).length, 1);
});

for (const [what, config, message] of [
  [
    "a malformed route",
    [setRoutes({ "GET /a": one, "FETCH /b": one })],
    /^route "FETCH \/b" has an unknown method; allowed: /,
  ],
  [
    "two parameters in one place",
    [setRoutes({ "GET /a/{id}": one, "GET /a/{name}": one })],
    /^\/a has two parameters, \{id\} and \{name\}; use one name$/,
  ],
  [
    "a stage called like a first path part",
    ["stage=a"],
    /^stage "a" is also the first part of route path \/a; choose another$/,
  ],
  ["a stage with a dot", ["stage=v1.0"], /^stage is "v1\.0"; allowed: 1 to 128 of A-Z, a-z, 0-9, - and _$/],
] as const) {
  test.serial(`${what} is refused before anything of the API is registered`, async (t) => {
    const { outputs, graph } = await recordProgram({ folder: fixture("route-table"), config });
    t.regex(String(outputs.refused), message);
    t.deepEqual(
      graph.resources.filter(({ type }) =>
        /apigateway\/(?!account:)|StreamingLambdaApi|RestApi|Permission/.test(type),
      ),
      [],
    );
  });
}

test("the API's output tells URL, id, stage and sorted routes", (t) => {
  const restApi = only(program.graph, REST_API);
  t.deepEqual(program.outputs.downloadApi, {
    url: only(program.graph, "aws:apigateway/stage:Stage").outputs.invokeUrl,
    restApiId: restApi.id,
    stage: "dev",
    routes: ["GET /download/{key+}", "HEAD /download/{key+}", "POST /chat"],
  });
});
