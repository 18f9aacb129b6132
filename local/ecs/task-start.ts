import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { type Authorizer, passEndpoint } from "../iam/authorizer.ts";
import { trustRefusal } from "../iam/trust-policy.ts";
import type { EndpointRoute, EndpointService, NetworkEndpoints } from "./network-endpoints.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** Inputs of the checks before Fargate starts a task. */
export interface TaskStartContext {
  readonly graph: ResourceGraph;
  readonly authorizer: Authorizer;
  readonly network: NetworkEndpoints;
  readonly service: ServiceDefinition;
  readonly image: RecordedResource;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Goes through what Fargate does before the container runs: taking the roles, authorization at ECR, pulling the image, opening the log stream.
 * Each needs the execution role, and a way out of the network.
 *
 * @returns Why a task cannot start, beginning with ECS's name for it; `undefined` when it can.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html
 */
export function taskStartFailure(context: TaskStartContext): string | undefined {
  return (
    roleFailure(context) ??
    authorizationFailure(context) ??
    pullFailure(context) ??
    platformFailure(context) ??
    logFailure(context)
  );
}

function roleFailure({ graph, service, region, accountId }: TaskStartContext): string | undefined {
  const { executionRoleArn, taskRoleArn } = service.task;
  const sourceArn = `arn:aws:ecs:${region}:${accountId}:task/${service.clusterArn.split("/").pop()}/task`;
  for (const roleArn of [executionRoleArn, taskRoleArn]) {
    const refusal = trustRefusal(graph, roleArn, { service: "ecs-tasks.amazonaws.com", sourceArn });
    if (refusal === undefined) continue;
    // AWS's own sentence, and why.
    return `ECS was unable to assume the role '${roleArn}' that was provided for this task, because ${refusal}`;
  }
  return undefined;
}

function authorizationFailure(context: TaskStartContext): string | undefined {
  const refusal = refused(context, "ecr.api", ["ecr:GetAuthorizationToken"], "*");
  if (refusal === undefined) return undefined;
  return `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${refusal}`;
}

/** The repository's own name stands between the registry and the digest. */
function pullFailure(context: TaskStartContext): string | undefined {
  const { region, accountId, network, service } = context;
  const [, repository = ""] = /^[^/]+\/([^@:]+)/.exec(service.task.container.imageUri) ?? [];
  const actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
  const refusal =
    refused(context, "ecr.dkr", actions, `arn:aws:ecr:${region}:${accountId}:repository/${repository}`) ??
    layerRefusal(network.route("s3"), region);
  return refusal === undefined ? undefined : `CannotPullContainerError: ${refusal}`;
}

/** Layers are read through links that ECR signs: the endpoint's policy has a say, the execution role has none. */
function layerRefusal(route: EndpointRoute, region: string): string | undefined {
  if (route.kind === "none") return noWay("s3", route.missing);
  if (route.kind === "unseen") return undefined;
  const resourceArn = `arn:aws:s3:::prod-${region}-starport-layer-bucket/layer`;
  const context = {
    "aws:SecureTransport": "true",
    "aws:PrincipalArn": undefined,
    "aws:PrincipalAccount": undefined,
    "aws:ResourceAccount": undefined,
    "aws:SourceVpce": route.endpoint.id,
    "aws:RequestedRegion": region,
  };
  const decision = passEndpoint(
    { principalArn: undefined, action: "s3:GetObject", resourceArn, context },
    route.endpoint,
  );
  return decision.allowed
    ? undefined
    : `s3:GetObject on ${resourceArn} is denied, because ${decision.because}`;
}

function platformFailure({ service, image }: TaskStartContext): string | undefined {
  const wanted = service.task.cpuArchitecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  const built = image.inputs.platform as string | undefined;
  // Without a platform the image is whatever the machine that built it is.
  if (built === undefined || built === wanted) return undefined;
  return `CannotPullContainerError: image Manifest does not contain descriptor matching platform '${wanted}'; it was built for ${built}`;
}

function logFailure(context: TaskStartContext): string | undefined {
  const { logGroup } = context.service.task.container;
  if (logGroup === undefined) return undefined;
  const stream = `arn:aws:logs:${context.region}:${context.accountId}:log-group:${logGroup}:log-stream:task`;
  const refusal = refused(context, "logs", ["logs:CreateLogStream", "logs:PutLogEvents"], stream);
  return refusal === undefined
    ? undefined
    : `ResourceInitializationError: failed to validate logger args: ${refusal}`;
}

function refused(
  { authorizer, network, service, region }: TaskStartContext,
  endpointService: EndpointService,
  actions: readonly string[],
  resourceArn: string,
): string | undefined {
  const route = network.route(endpointService);
  if (route.kind === "none") return noWay(endpointService, route.missing);
  const roleArn = service.task.executionRoleArn;
  const [prefix = ""] = endpointService.split(".");
  const principal = {
    kind: "role",
    roleArn,
    ...(route.kind === "endpoint" && { endpoints: { [prefix]: route.endpoint } }),
  } as const;
  for (const action of actions) {
    const context = { "aws:RequestedRegion": region };
    const decision = authorizer.decide(principal, { action, resourceArn, context });
    if (decision.allowed) continue;
    return `AccessDeniedException: User: ${roleArn} is not authorized to perform: ${action} on resource: ${resourceArn} because ${decision.because}`;
  }
  return undefined;
}

function noWay(service: EndpointService, missing: string): string {
  return `no connection to ${service}, because ${missing}`;
}
