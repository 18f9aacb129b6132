import test from "ava";
import {
  bufferedUri,
  type RecordedRestApi,
  sampleRestApi,
  streamingUri,
} from "../../helpers/recorded-rest-api.ts";
import { startGateway } from "../../helpers/running-gateway.ts";

const integration = "get-download-integration";
const refused: { title: string; recorded: () => RecordedRestApi; names: string; problem: RegExp }[] = [
  {
    title: "a security policy without an access mode",
    recorded: () => sampleRestApi({ securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09" }),
    names: "api",
    problem: /Endpoint access mode is required for the specified security policy/,
  },
  {
    title: "an access mode without a security policy of the newer kind",
    recorded: () => sampleRestApi({ securityPolicy: "TLS_1_2", endpointAccessMode: "STRICT" }),
    names: "api",
    problem: /endpointAccessMode needs a securityPolicy that begins with SecurityPolicy_/,
  },
  {
    title: "a security policy of edge-optimized endpoints on a Regional one",
    recorded: () =>
      sampleRestApi({ securityPolicy: "SecurityPolicy_TLS13_2025_EDGE", endpointAccessMode: "STRICT" }),
    names: "api",
    problem: /securityPolicy SecurityPolicy_TLS13_2025_EDGE is not for REGIONAL endpoints/,
  },
  {
    title: "STREAM with the buffered URI",
    recorded: () => sampleRestApi().change(integration, { uri: bufferedUri }),
    names: integration,
    problem: /STREAM needs a uri of the form .*2021-11-15.*response-streaming-invocations/,
  },
  {
    title: "BUFFERED with the streaming URI",
    recorded: () => sampleRestApi().change("any-echo-integration", { uri: streamingUri }),
    names: "any-echo-integration",
    problem: /BUFFERED needs a uri of the form .*2015-03-31.*\/invocations/,
  },
  {
    title: "an unset mode, which is BUFFERED, with the streaming URI",
    recorded: () => sampleRestApi().change(integration, { responseTransferMode: undefined }),
    names: integration,
    problem: /BUFFERED needs a uri/,
  },
  {
    title: "a mode AWS does not know",
    recorded: () => sampleRestApi().change(integration, { responseTransferMode: "stream" }),
    names: integration,
    problem: /responseTransferMode is stream/,
  },
  {
    title: "STREAM on MOCK",
    recorded: () => sampleRestApi().change(integration, { type: "MOCK" }),
    names: integration,
    problem: /needs AWS_PROXY or HTTP_PROXY, not MOCK/,
  },
  {
    title: "an integration type AWS does not know",
    recorded: () => sampleRestApi().change(integration, { type: "LAMBDA" }),
    names: integration,
    problem: /type is LAMBDA/,
  },
  {
    title: "a function called with another method than POST",
    recorded: () => sampleRestApi().change(integration, { integrationHttpMethod: "GET" }),
    names: integration,
    problem: /integrationHttpMethod must be POST/,
  },
  {
    title: "a streamed timeout above 15 minutes",
    recorded: () => sampleRestApi().change(integration, { timeoutMilliseconds: 900_001 }),
    names: integration,
    problem: /timeoutMilliseconds is 900001; STREAM allows 50 to 900000/,
  },
  {
    title: "a buffered timeout above 29 seconds",
    recorded: () => sampleRestApi().change("any-echo-integration", { timeoutMilliseconds: 29_001 }),
    names: "any-echo-integration",
    problem: /BUFFERED allows 50 to 29000/,
  },
  {
    title: "a timeout below 50 milliseconds",
    recorded: () => sampleRestApi().change(integration, { timeoutMilliseconds: 49 }),
    names: integration,
    problem: /timeoutMilliseconds is 49/,
  },
  {
    title: "a timeout that is no number",
    recorded: () => sampleRestApi().change(integration, { timeoutMilliseconds: "900" }),
    names: integration,
    problem: /timeoutMilliseconds must be a number/,
  },
  {
    title: "a method without integration",
    recorded: () => sampleRestApi().remove(integration),
    names: "get-download",
    problem: /no integration is defined/,
  },
  {
    title: "an integration without method",
    recorded: () => sampleRestApi().remove("get-download"),
    names: integration,
    problem: /no method with its resourceId and httpMethod/,
  },
  {
    title: "a stage without deployment",
    recorded: () => sampleRestApi().remove("dev-deployment"),
    names: "dev",
    problem: /deployment dev-deployment is no deployment of the same API/,
  },
  {
    title: "a stage on another API's deployment",
    recorded: () => sampleRestApi().change("dev-deployment", { restApi: "other" }),
    names: "dev",
    problem: /no deployment of the same API/,
  },
  {
    title: "a stage name with a dot",
    recorded: () => sampleRestApi().change("dev", { stageName: "v1.0" }),
    names: "dev",
    problem: /stageName v1\.0 is not/,
  },
  {
    title: "a path below a greedy parameter",
    recorded: () => sampleRestApi().path("below", "key", "more"),
    names: "below",
    problem: /nothing can follow the greedy \{key\+\}/,
  },
  {
    title: "two greedy parameters side by side",
    recorded: () => sampleRestApi().path("second", "download", "{rest+}"),
    names: "second",
    problem: /a sibling, \{key\+\}, is a path parameter already/,
  },
  {
    title: "a parameter beside a greedy one",
    recorded: () => sampleRestApi().path("second", "download", "{id}"),
    names: "second",
    problem: /a sibling, \{key\+\}, is a path parameter already/,
  },
  {
    title: "the same path twice",
    recorded: () => sampleRestApi().path("second", "root", "download"),
    names: "second",
    problem: /\/download exists already/,
  },
  {
    title: "a path part of two segments",
    recorded: () => sampleRestApi().path("second", "root", "a/b"),
    names: "second",
    problem: /pathPart a\/b is neither/,
  },
  {
    title: "a greedy parameter inside a segment",
    recorded: () => sampleRestApi().path("second", "root", "a{b+}"),
    names: "second",
    problem: /pathPart a\{b\+\} is neither/,
  },
  {
    title: "a path below nothing",
    recorded: () => sampleRestApi().path("second", "gone", "a"),
    names: "second",
    problem: /parentId gone is no resource of the API/,
  },
];
for (const { title, recorded, names, problem } of refused) {
  test(`${title} is refused on loading`, async (t) => {
    const error = await t.throwsAsync(startGateway(t, recorded()), { name: "GraphError", message: problem });
    t.regex(error.message, new RegExp(`^aws:apigateway/\\w+:\\w+ "${names}": `));
  });
}

test("an integration without timeout has 29 seconds, also when it streams", async (t) => {
  await t.notThrowsAsync(
    startGateway(t, sampleRestApi().change(integration, { timeoutMilliseconds: undefined })),
  );
});

test("two stages of one API serve what their own deployments hold", async (t) => {
  const recorded = sampleRestApi().path("late", "root", "late").method("get-late", "late", "GET", "BUFFERED");
  recorded.stage("prod");
  const { port } = await startGateway(t, recorded);
  t.is((await fetch(`http://127.0.0.1:${port}/prod/late`)).status, 200);
  t.is((await fetch(`http://127.0.0.1:${port}/dev/late`)).status, 403);
});

for (const inputs of [{ endpointConfiguration: { types: "EDGE" } }, { endpointConfiguration: undefined }]) {
  test(`an endpoint of ${JSON.stringify(inputs)} brings a warning`, async (t) => {
    const { warnings } = await startGateway(t, sampleRestApi(inputs));
    t.deepEqual(warnings, ["api: an EDGE endpoint cuts streams that are idle for 30 seconds"]);
  });
}

for (const name of ["body", "disableExecuteApiEndpoint", "minimumCompressionSize"]) {
  test(`a RestApi's ${name} brings a warning`, async (t) => {
    const { warnings } = await startGateway(t, sampleRestApi({ [name]: "x" }));
    t.deepEqual(warnings, [`api: ${name} is not simulated`]);
  });
}

test("a limit that is scaled down shortens a timeout instead of refusing it", async (t) => {
  const limits = { gatewayBufferedTimeoutMilliseconds: 60 };
  const { url, lambda, errors } = await startGateway(t, sampleRestApi(), { limits });
  lambda.onInvoke = () => new Promise(() => {});
  t.is((await fetch(`${url}/echo/a`)).status, 504);
  t.regex(String(errors.pop()), /longer than 60 ms$/);
});
