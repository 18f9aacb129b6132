import type { LimitValues } from "../../contract/limits.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { GraphError } from "../graph/graph-error.ts";
import { type Integration, readIntegration } from "./integration-definition.ts";
import { mockInDeployment } from "./mock-integration.ts";
import { Properties } from "../graph/properties.ts";

/** A method with its integration, as a deployment captured it. */
export interface ApiMethod {
  readonly resourceId: string;
  /** `ANY` stands for every method the resource does not declare itself. */
  readonly httpMethod: string;
  readonly authorization: string;
  readonly apiKeyRequired: boolean;
  readonly integration: Integration;
}

/** A method of the API, and the two resources it was recorded as. */
interface RecordedMethod {
  readonly apiMethod: ApiMethod;
  readonly method: RecordedResource;
  readonly integration: RecordedResource;
}

/**
 * Reads all methods of a REST API, deployed or not.
 *
 * @throws GraphError for a method without integration, an integration without method, or one AWS would refuse.
 */
export function readMethods(
  graph: ResourceGraph,
  restApi: RecordedResource,
  limits: LimitValues,
): RecordedMethod[] {
  const methods = graph.pointingAt("aws:apigateway/method:Method", "restApi", restApi.id);
  const integrations = graph.pointingAt("aws:apigateway/integration:Integration", "restApi", restApi.id);
  for (const integration of integrations) {
    if (!methods.some((method) => isSameMethod(method, integration))) {
      throw new GraphError(integration, "there is no method with its resourceId and httpMethod");
    }
  }
  return methods.map((method) => {
    const integration = integrations.find((candidate) => isSameMethod(method, candidate));
    if (integration === undefined) throw new GraphError(method, "no integration is defined for the method");
    const inputs = Properties.inputs(method);
    const apiMethod = {
      resourceId: inputs.requiredString("resourceId"),
      httpMethod: inputs.requiredString("httpMethod"),
      authorization: inputs.requiredString("authorization"),
      apiKeyRequired: inputs.boolean("apiKeyRequired") ?? false,
      integration: readIntegration({ graph, method, integration }, limits),
    };
    return { apiMethod, method, integration };
  });
}

function isSameMethod(method: RecordedResource, integration: RecordedResource): boolean {
  return (
    method.inputs["resourceId"] === integration.inputs["resourceId"] &&
    method.inputs["httpMethod"] === integration.inputs["httpMethod"]
  );
}

/** The methods that exist for certain when the deployment takes its snapshot: those it waits for. */
export function methodsInDeployment(
  graph: ResourceGraph,
  deployment: RecordedResource,
  methods: readonly RecordedMethod[],
): ApiMethod[] {
  return methods
    .filter(({ method, integration }) => {
      return graph.dependsOn(deployment, method) && graph.dependsOn(deployment, integration);
    })
    .map(({ apiMethod }) => {
      const { integration } = apiMethod;
      if (integration.kind !== "mock") return apiMethod;
      return { ...apiMethod, integration: mockInDeployment(integration, graph, deployment) };
    });
}
