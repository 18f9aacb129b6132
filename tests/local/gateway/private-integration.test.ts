import test from "ava";
import { loadBalancerDns, privateRestApi } from "../../helpers/recorded-private-api.ts";
import { startGateway } from "../../helpers/running-gateway.ts";

const integration = "any-proxy-integration";
const uri = `http://${loadBalancerDns}:80/{proxy}`;

const refused: {
  title: string;
  names?: string;
  inputs: Readonly<Record<string, unknown>>;
  problem: RegExp;
}[] = [
  {
    title: "a link that the program did not make",
    inputs: { connectionId: "other" },
    problem: /connectionId other is no VPC link v2 of the program$/,
  },
  { title: "no link", inputs: { connectionId: undefined }, problem: /connectionId is missing$/ },
  {
    title: "no load balancer",
    inputs: { integrationTarget: undefined },
    problem: /IntegrationTarget is required for VpcLinkV2$/,
  },
  { title: "no uri", inputs: { uri: undefined }, problem: /uri is missing$/ },
  {
    title: "a uri that is an ARN",
    inputs: { uri: "arn:aws:a" },
    problem: /uri arn:aws:a is not of the form http/,
  },
  { title: "a uri without scheme", inputs: { uri: "host/{proxy}" }, problem: /is not of the form http/ },
  {
    title: "no method",
    inputs: { integrationHttpMethod: undefined },
    problem: /integrationHttpMethod is missing$/,
  },
  {
    title: "a mapping of a header",
    inputs: { requestParameters: { "integration.request.header.a": "method.request.header.b" } },
    problem: /the mapping of method\.request\.header\.b to integration\.request\.header\.a is not simulated$/,
  },
  {
    title: "a path of a fixed value",
    inputs: { requestParameters: { "integration.request.path.proxy": "'a'" } },
    problem: /the mapping of 'a' to integration\.request\.path\.proxy is not simulated$/,
  },
  {
    title: "a mapping of a path parameter that the method does not declare",
    names: "any-proxy",
    inputs: { requestParameters: undefined },
    problem: /Invalid mapping expression parameter specified: method\.request\.path\.proxy$/,
  },
];
for (const { title, names = integration, inputs, problem } of refused) {
  test(`${title} is refused on loading`, async (t) => {
    const recorded = privateRestApi().change(names, inputs);
    const error = await t.throwsAsync(startGateway(t, recorded), { name: "GraphError", message: problem });
    t.true(error.message.startsWith(`aws:apigateway/integration:Integration "${integration}": `));
  });
}

for (const timeoutMilliseconds of [900_000, undefined]) {
  test(`a streamed integration may have a timeout of ${timeoutMilliseconds} ms`, async (t) => {
    const recorded = privateRestApi().change(integration, { timeoutMilliseconds });
    await t.notThrowsAsync(startGateway(t, recorded));
  });
}

test("an HTTP proxy without link brings a warning and answers 500", async (t) => {
  const recorded = privateRestApi().change(integration, { connectionType: "INTERNET", uri });
  const { url, warnings, errors } = await startGateway(t, recorded);
  t.deepEqual(warnings, ["any-proxy: HTTP_PROXY integrations are not simulated; calls get 500"]);
  t.is((await fetch(`${url}/a`)).status, 500);
  t.regex(String(errors.pop()), /HTTP_PROXY integrations are not simulated$/);
});
