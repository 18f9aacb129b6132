import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";
import { ResponseTemplate, UnsupportedTemplateError } from "./response-template.ts";

/** An integration that API Gateway answers by itself. */
export interface MockIntegration {
  readonly kind: "mock";
  /** Whether a media type without a template is refused rather than passed on. */
  readonly refusesOtherMediaTypes: boolean;
  /** The status each media type's template asks for. */
  readonly statusCodes: ReadonlyMap<string, number>;
  readonly responses: readonly MockResponse[];
}

/** Integration response of a mock. */
interface MockResponse {
  readonly recorded: readonly RecordedResource[];
  /** The statuses it is for; `undefined` for all that no other response takes. */
  readonly selectionPattern: RegExp | undefined;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: ResponseTemplate | undefined;
}

/** A template that does nothing but name a status. */
const statusTemplate = /^\s*\{\s*"?statusCode"?\s*:\s*(?<statusCode>[2-5]\d\d)\s*\}\s*$/;

/**
 * @throws GraphError when API Gateway would refuse the integration or one of its responses.
 * @throws UnsupportedTemplateError for a template that is not simulated.
 */
export function readMockIntegration(graph: ResourceGraph, integration: RecordedResource): MockIntegration {
  const inputs = Properties.inputs(integration);
  const templates = Object.entries(inputs.stringMap("requestTemplates"));
  return {
    kind: "mock",
    refusesOtherMediaTypes: inputs.string("passthroughBehavior") === "NEVER",
    statusCodes: new Map(templates.map(([mediaType, template]) => [mediaType, readStatus(template)])),
    responses: siblings(graph, "integrationResponse:IntegrationResponse", integration).map((response) =>
      readResponse(graph, response),
    ),
  };
}

function readStatus(template: string): number {
  const statusCode = statusTemplate.exec(template)?.groups?.["statusCode"];
  if (statusCode === undefined)
    throw new UnsupportedTemplateError("the request template is more than a status");
  return Number(statusCode);
}

function readResponse(graph: ResourceGraph, response: RecordedResource): MockResponse {
  const inputs = Properties.inputs(response);
  const statusCode = inputs.requiredString("statusCode");
  const methodResponse = siblings(graph, "methodResponse:MethodResponse", response).find(
    (candidate) => candidate.inputs["statusCode"] === statusCode,
  );
  if (methodResponse === undefined)
    throw new GraphError(response, `there is no method response ${statusCode}`);
  const declared = methodResponse.inputs["responseParameters"] ?? {};
  const headers: Record<string, string> = {};
  for (const [target, value] of Object.entries(inputs.stringMap("responseParameters"))) {
    const name = /^method\.response\.header\.([\w-]+)$/.exec(target)?.[1];
    const text = /^'(.*)'$/.exec(value)?.[1];
    if (name === undefined || !Object.hasOwn(declared, target)) {
      throw new GraphError(response, `${target} is no header that its method response declares`);
    }
    if (text === undefined)
      throw new GraphError(response, `${value} is no text in quotes; a mock has no more`);
    headers[name] = text;
  }
  const template = inputs.stringMap("responseTemplates")["application/json"];
  const pattern = inputs.string("selectionPattern");
  return {
    recorded: [response, methodResponse],
    selectionPattern: pattern !== undefined ? new RegExp(`^(?:${pattern})$`) : undefined,
    statusCode: Number(statusCode),
    headers,
    template: template === undefined ? undefined : new ResponseTemplate(template),
  };
}

/** The resources of a type that belong to the same method. */
function siblings(graph: ResourceGraph, type: string, { inputs }: RecordedResource): RecordedResource[] {
  return graph
    .pointingAt(`aws:apigateway/${type}`, "restApi", inputs["restApi"])
    .filter((other) =>
      ["resourceId", "httpMethod"].every((property) => other.inputs[property] === inputs[property]),
    );
}

/** A response that the deployment does not wait for may be missing in its snapshot. */
export function mockInDeployment(
  mock: MockIntegration,
  graph: ResourceGraph,
  deployment: RecordedResource,
): MockIntegration {
  const responses = mock.responses.filter(({ recorded }) =>
    recorded.every((resource) => graph.dependsOn(deployment, resource)),
  );
  return { ...mock, responses };
}
