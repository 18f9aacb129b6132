import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { GraphError } from "../../../local/graph/graph-error.ts";
import { withChanged, withInputs, withoutResource } from "../../helpers/alter-graph.ts";
import { startTestCloud } from "../../helpers/local-cloud.ts";

/*
 * What the program registers is what a caller meets: take one thing away, and the answer changes the way it would on
 * AWS. Unaltered, every request below is answered as `unaltered` says.
 */

const GET = "downloads/download/{key+}/GET";
const PERMISSION = "downloads-GET-download-key-5f045c6";
const downloadFunction = { type: "aws:lambda/function:Function", name: "download" };
const methodType = "aws:apigateway/method:Method";

interface Request {
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
}
const withKey: Request = { key: "there.txt" };
const missing: Request = { key: "missing.txt" };
const keyless: Request = { key: "there.txt", headers: { "x-api-key": "" } };
const unaltered = new Map([
  [withKey, 200],
  [missing, 404],
  [keyless, 403],
]);

interface Mutation {
  readonly what: string;
  readonly alter: (graph: ResourceGraph) => ResourceGraph;
  readonly request: Request;
  /** The status, and what the body says. */
  readonly yields: readonly [status: number, body: RegExp];
  readonly errors?: readonly RegExp[];
}

const mutations: Mutation[] = [
  {
    what: "without the permission to invoke",
    alter: (graph) => withoutResource(graph, { type: "aws:lambda/permission:Permission", name: PERMISSION }),
    request: withKey,
    yields: [502, /"upstream_error"/],
    errors: [/^lambda: .*lambda:InvokeFunction/, /^gateway: /],
  },
  {
    what: "with a method the deployment does not wait for",
    alter: (graph) => {
      const method = graph.ofType(methodType).find(({ name }) => name === GET);
      return withChanged(graph, { type: "aws:apigateway/deployment:Deployment" }, (deployment) => ({
        ...deployment,
        dependencies: deployment.dependencies.filter(
          (urn) => urn !== method?.urn && !urn.endsWith(`Integration::${GET}`),
        ),
      }));
    },
    request: withKey,
    yields: [404, /"not_found"/],
  },
  {
    what: "with a method that needs no key",
    alter: (graph) => withInputs(graph, { type: methodType, name: GET }, () => ({ apiKeyRequired: false })),
    request: keyless,
    yields: [200, /^there$/],
  },
  {
    what: "without the key on the usage plan",
    alter: (graph) => withoutResource(graph, { type: "aws:apigateway/usagePlanKey:UsagePlanKey" }),
    request: withKey,
    yields: [403, /"forbidden"/],
  },
  {
    what: "with a handler of another name",
    alter: (graph) => withInputs(graph, downloadFunction, () => ({ handler: "index.handle" })),
    request: withKey,
    yields: [502, /"upstream_error"|"internal_error"/],
    errors: [/^lambda: /, /^gateway: /],
  },
  {
    what: "without the function's variables",
    alter: (graph) => withInputs(graph, downloadFunction, () => ({ environment: { variables: {} } })),
    request: withKey,
    yields: [502, /"upstream_error"|"internal_error"/],
    errors: [/^lambda: /, /^gateway: /],
  },
  {
    what: "without the right to read objects",
    alter: (graph) => withoutAction(graph, "s3:GetObject"),
    request: withKey,
    yields: [403, /"forbidden"/],
    errors: [/^s3: .*s3:GetObject/],
  },
  {
    what: "without the right that tells a missing object from a forbidden one",
    alter: (graph) => withoutAction(graph, "s3:ListBucket"),
    request: missing,
    yields: [403, /"forbidden"/],
    errors: [/^s3: .*s3:ListBucket/],
  },
  {
    what: "without the gateway response for a wrong key",
    alter: (graph) =>
      withoutResource(
        withoutResource(graph, {
          type: "aws:apigateway/response:Response",
          name: "downloads-INVALID_API_KEY",
        }),
        { type: "aws:apigateway/response:Response", name: "downloads-DEFAULT_4XX" },
      ),
    request: keyless,
    yields: [403, /^\{"message":"Forbidden"\}$/],
  },
  {
    what: "with another bucket in the function's variables",
    alter: (graph) =>
      withInputs(graph, downloadFunction, () => ({
        environment: { variables: { BUCKET: "other", KEY_PREFIX: "" } },
      })),
    request: withKey,
    yields: [500, /"misconfigured"/],
    errors: [/^s3: /],
  },
];

for (const [request, status] of unaltered) {
  test(`unaltered, ${request.key} ${request === keyless ? "without a key " : ""}yields ${status}`, async (t) => {
    const cloud = await startTestCloud(t);
    await cloud.putObject("there.txt", "there");
    const response = await cloud.download(request.key, request.headers && { headers: request.headers });
    t.is(response.status, status);
  });
}

for (const { what, alter, request, yields, errors = [] } of mutations) {
  test(`${what}, the answer is ${yields[0]} ${yields[1].source}`, async (t) => {
    const cloud = await startTestCloud(t, { alterGraph: alter });
    for (const pattern of errors) cloud.expectError(pattern);
    await cloud.putObject("there.txt", "there");
    const response = await cloud.download(request.key, request.headers && { headers: request.headers });
    const body = await response.text();
    t.is(response.status, yields[0], body);
    t.regex(body, yields[1]);
  });
}

const unloadable: Pick<Mutation, "what" | "alter">[] = [
  {
    what: "a STREAM integration with the buffered invocation URI",
    alter: (graph) => {
      const download = graph.ofType(downloadFunction.type).find(({ name }) => name === "download");
      return withInputs(graph, { type: "aws:apigateway/integration:Integration", name: GET }, () => ({
        uri: download?.outputs.invokeArn,
      }));
    },
  },
  {
    what: "a method without an integration",
    alter: (graph) => withoutResource(graph, { type: "aws:apigateway/integration:Integration", name: GET }),
  },
];

for (const { what, alter } of unloadable) {
  test(`${what} is refused on load`, async (t) => {
    await t.throwsAsync(startTestCloud(t, { alterGraph: alter }), { instanceOf: GraphError, message: /GET/ });
  });
}

function withoutAction(graph: ResourceGraph, action: string): ResourceGraph {
  return withInputs(graph, { type: "aws:iam/rolePolicy:RolePolicy", name: "download" }, ({ policy }) => {
    const document = JSON.parse(String(policy)) as { Statement: { Action: string }[] };
    return {
      policy: JSON.stringify({
        ...document,
        Statement: document.Statement.filter((statement) => statement.Action !== action),
      }),
    };
  });
}
