import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { PolicySource } from "../iam/policy-document.ts";

/** The API a resource policy belongs to. */
export interface PolicyOwner {
  readonly graph: ResourceGraph;
  readonly restApi: RecordedResource;
  readonly region: string;
  readonly accountId: string;
}

/**
 * The resource policy that a deployment captured: one that it does not wait for takes effect only with the next.
 *
 * @returns `undefined` when the API has none, and anyone may call what asks for no credentials.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
 */
export function resourcePolicyInDeployment(
  owner: PolicyOwner,
  deployment: RecordedResource,
): PolicySource | undefined {
  const { graph, restApi } = owner;
  const attached = graph
    .pointingAt("aws:apigateway/restApiPolicy:RestApiPolicy", "restApiId", restApi.id)
    .find((policy) => graph.dependsOn(deployment, policy));
  const document = attached === undefined ? restApi.inputs["policy"] : attached.inputs["policy"];
  if (document === undefined) return undefined;
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return {
    origin: `the resource policy of ${restApi.name}`,
    // API Gateway writes the short form out when it takes the policy.
    document: text.replaceAll('"execute-api:/', `"${executionArn(owner)}/`),
  };
}

/** Prefix of every invocation's ARN. Format: `arn:aws:execute-api:{region}:{accountId}:{restApiId}`. */
export function executionArn({ region, accountId, restApi }: Omit<PolicyOwner, "graph">): string {
  return `arn:aws:execute-api:${region}:${accountId}:${restApi.id}`;
}
