import type { RecordedResource, ResourceGraph } from "../../local/graph.ts";
import { chatMetrics } from "../../contract/chat-metrics.ts";
import { only } from "../helpers/recorded-program.ts";

export const types = {
  cluster: "aws:ecs/cluster:Cluster",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  group: "aws:ec2/securityGroup:SecurityGroup",
  image: "awsx:ecr:Image",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  integration: "aws:apigateway/integration:Integration",
  link: "aws:apigatewayv2/vpcLink:VpcLink",
  loadBalancer: "awsx:lb:ApplicationLoadBalancer",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  method: "aws:apigateway/method:Method",
  policy: "aws:appautoscaling/policy:Policy",
  repository: "aws:ecr/repository:Repository",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  service: "awsx:ecs:FargateService",
  target: "aws:appautoscaling/target:Target",
  vpc: "awsx:ec2:Vpc",
} as const;

/** API Gateway's longest stream and the time for which it may be silent, in seconds. */
const [LONGEST_STREAM_SECONDS, GATEWAY_IDLE_SECONDS] = [900, 310];

/** What `path` leads to in a resource's inputs. Format: `listener.port`, `environment.0`. */
function at(resource: RecordedResource, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource.inputs);
}

const groupId = (graph: ResourceGraph, suffix: string) => only(graph, types.group, `chat-${suffix}`).id;
const service = (graph: ResourceGraph) => only(graph, types.service);
const container = (graph: ResourceGraph, path: string) =>
  at(service(graph), `taskDefinitionArgs.container.${path}`);
const balancer = (graph: ResourceGraph, path: string) => at(only(graph, types.loadBalancer), path);
const isOneOf = (value: unknown, wanted: unknown) => JSON.stringify(value) === JSON.stringify([wanted]);

/** Format: `link > load-balancer : 80`, for each direction of each rule. */
function hops(graph: ResourceGraph, type: string): string[] {
  const nameOf = (id: unknown) =>
    graph
      .ofType(types.group)
      .find((group) => group.id === id)
      ?.name.replace("chat-", "");
  return graph
    .ofType(type)
    .map(
      ({
        inputs: { securityGroupId, referencedSecurityGroupId, prefixListId, cidrIpv4, fromPort, toPort },
      }) => {
        const own = nameOf(securityGroupId);
        const other =
          nameOf(referencedSecurityGroupId) ?? (prefixListId === undefined ? String(cidrIpv4) : "s3");
        return `${own} ${type === types.egress ? ">" : "<"} ${other} : ${String(fromPort)}-${String(toPort)}`;
      },
    )
    .sort();
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

function statements(policy: unknown): Statement[] {
  return typeof policy === "string" ? (JSON.parse(policy) as { Statement: Statement[] }).Statement : [];
}

/** Allows nothing on everything, but the one action that knows no resource. */
function isNarrow(policy: unknown): boolean {
  const all = statements(policy);
  return (
    all.length > 0 &&
    all.every(
      ({ Action, Resource }) =>
        !Action.includes("*") &&
        (Action === "ecr:GetAuthorizationToken" ||
          ![Resource].flat().some((each) => /^\*$|:::\*/.test(each))),
    )
  );
}

/** What has to hold of a private chat service called `chat`, each as a sentence. */
export const demands: Readonly<Record<string, (graph: ResourceGraph) => boolean>> = {
  "subnets are isolated, and nothing buys a NAT gateway": (graph) => {
    const vpc = only(graph, types.vpc);
    return (
      JSON.stringify(at(vpc, "subnetSpecs")) === '[{"type":"Isolated"}]' &&
      at(vpc, "natGateways.strategy") === "None"
    );
  },
  "AWS's host names lead to the endpoints": (graph) =>
    at(only(graph, types.vpc), "enableDnsHostnames") === true &&
    at(only(graph, types.vpc), "enableDnsSupport") === true &&
    graph
      .ofType(types.endpoint)
      .every(({ inputs }) => inputs.vpcEndpointType === "Gateway" || inputs.privateDnsEnabled === true),
  "there is an endpoint for each service and no other": (graph) =>
    graph
      .ofType(types.endpoint)
      .map(({ inputs }) => `${String(inputs.vpcEndpointType)} ${String(inputs.serviceName)}`)
      .sort()
      .join() ===
    ["Gateway s3", "Interface bedrock-runtime", "Interface ecr.api", "Interface ecr.dkr", "Interface logs"]
      .map((each) => each.replace(" ", " com.amazonaws.eu-central-1."))
      .join(),
  "S3 is on the way of every subnet": (graph) =>
    (at(only(graph, types.endpoint, "chat-s3"), "routeTableIds") as unknown[] | undefined)?.length === 2,
  "endpoints and roles allow nothing on everything": (graph) =>
    [...graph.ofType(types.endpoint), ...graph.ofType(types.rolePolicy)].every(({ inputs }) =>
      isNarrow(inputs.policy),
    ),
  "endpoints are in their own group": (graph) =>
    graph
      .ofType(types.endpoint)
      .every(
        ({ inputs }) =>
          inputs.vpcEndpointType === "Gateway" ||
          isOneOf(inputs.securityGroupIds, groupId(graph, "endpoint")),
      ),
  "packets leave along the chain and nowhere else": (graph) =>
    hops(graph, types.egress).join() ===
    "link > load-balancer : 80-80,load-balancer > task : 8080-8080,task > endpoint : 443-443,task > s3 : 443-443",
  "packets come in along the chain and from nowhere else": (graph) =>
    hops(graph, types.ingress).join() ===
    "endpoint < task : 443-443,load-balancer < link : 80-80,task < load-balancer : 8080-8080",
  "groups have no rules but those": (graph) =>
    graph
      .ofType(types.group)
      .every(({ inputs }) => inputs.ingress === undefined && inputs.egress === undefined),
  "the link is in its own group": (graph) =>
    isOneOf(at(only(graph, types.link), "securityGroupIds"), groupId(graph, "link")),
  "the load balancer has private addresses only": (graph) => balancer(graph, "internal") === true,
  "the load balancer is in its own group": (graph) =>
    isOneOf(balancer(graph, "securityGroups"), groupId(graph, "load-balancer")),
  "the load balancer is not the first to lose patience": (graph) =>
    Number(balancer(graph, "idleTimeout")) > GATEWAY_IDLE_SECONDS,
  "the load balancer drops what is no header": (graph) => balancer(graph, "dropInvalidHeaderFields") === true,
  "the target group's port is the container's": (graph) =>
    balancer(graph, "defaultTargetGroup.port") === 8080 &&
    container(graph, "portMappings.0.containerPort") === 8080 &&
    at(service(graph), "taskDefinitionArgs.container.portMappings.0.targetGroup.port") === 8080,
  "targets are addresses": (graph) => balancer(graph, "defaultTargetGroup.targetType") === "ip",
  "the emptiest task gets the next request": (graph) =>
    balancer(graph, "defaultTargetGroup.loadBalancingAlgorithmType") === "least_outstanding_requests" &&
    balancer(graph, "defaultTargetGroup.stickiness.enabled") === false,
  "a task that is replaced may finish the longest stream": (graph) =>
    Number(balancer(graph, "defaultTargetGroup.deregistrationDelay")) > LONGEST_STREAM_SECONDS,
  "a task that is not ready gets no requests": (graph) =>
    balancer(graph, "defaultTargetGroup.healthCheck.path") === "/ready",
  "the load balancer listens where the link sends": (graph) =>
    balancer(graph, "listener.port") === 80 && balancer(graph, "listener.protocol") === "HTTP",
  "tasks have private addresses only": (graph) =>
    at(service(graph), "networkConfiguration.assignPublicIp") === false,
  "tasks are in the isolated subnets": (graph) =>
    JSON.stringify(at(service(graph), "networkConfiguration.subnets")) ===
    JSON.stringify(only(graph, types.vpc).outputs.isolatedSubnetIds),
  "tasks are in their own group": (graph) =>
    isOneOf(at(service(graph), "networkConfiguration.securityGroups"), groupId(graph, "task")),
  "tasks are spread over the zones": (graph) =>
    at(service(graph), "availabilityZoneRebalancing") === "ENABLED",
  "a deployment that fails is taken back": (graph) =>
    at(service(graph), "deploymentCircuitBreaker.enable") === true &&
    at(service(graph), "deploymentCircuitBreaker.rollback") === true,
  "a deployment starts new tasks before it stops old ones": (graph) =>
    at(service(graph), "deploymentMinimumHealthyPercent") === 100 &&
    at(service(graph), "deploymentMaximumPercent") === 200,
  "a starting task is not taken for a broken one": (graph) =>
    Number(at(service(graph), "healthCheckGracePeriodSeconds")) >= 30,
  "tasks wait for the listener and for the ways out": (graph) =>
    [
      ...graph.ofType(types.loadBalancer),
      ...graph.ofType(types.endpoint),
      ...graph.ofType(types.egress),
    ].every((resource) => graph.dependsOn(service(graph), resource)),
  "the container is not root": (graph) => /^[1-9]\d*:[1-9]\d*$/.test(String(container(graph, "user"))),
  "the container can write nothing": (graph) => container(graph, "readonlyRootFilesystem") === true,
  "the container has an init process": (graph) =>
    container(graph, "linuxParameters.initProcessEnabled") === true,
  "the container has as long to stop as Fargate gives": (graph) => container(graph, "stopTimeout") === 120,
  "the container's health is checked without a shell": (graph) =>
    /^CMD,node,-e,.*\/health/.test(String(container(graph, "healthCheck.command"))),
  "the container's log has a group of its own that is not kept for ever": (graph) => {
    const group = only(graph, types.logGroup, "chat");
    return (
      container(graph, "logConfiguration.options.awslogs-group") === group.outputs.name &&
      Number(group.inputs.retentionInDays) > 0 &&
      at(service(graph), "taskDefinitionArgs.logGroup.skip") === true
    );
  },
  "a log that cannot be written stops no stream": (graph) =>
    container(graph, "logConfiguration.options.mode") === "non-blocking",
  "the image runs on the processor it is built for": (graph) =>
    at(service(graph), "taskDefinitionArgs.runtimePlatform.cpuArchitecture") === "ARM64" &&
    at(only(graph, types.image), "platform") === "linux/arm64",
  "the image's tag is a digest of what it is made from": (graph) =>
    /^chat-[0-9a-f]{32}$/.test(String(at(only(graph, types.image), "imageTag"))) &&
    at(only(graph, types.image), "imageName") === undefined,
  "a tag, once pushed, stays what it was": (graph) =>
    at(only(graph, types.repository), "imageTagMutability") === "IMMUTABLE",
  "images are scanned": (graph) =>
    at(only(graph, types.repository), "imageScanningConfiguration.scanOnPush") === true,
  "images do not stand in the way of a destroy": (graph) =>
    at(only(graph, types.repository), "forceDelete") === true,
  "code and agent have roles of their own": (graph) =>
    /role\/chat-task-/.test(String(at(service(graph), "taskDefinitionArgs.taskRole.roleArn"))) &&
    /role\/chat-execution-/.test(String(at(service(graph), "taskDefinitionArgs.executionRole.roleArn"))),
  "scaling reads the metric that the tasks publish": (graph) => {
    const policy = only(graph, types.policy, "chat-streams");
    const path = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification";
    const variables = container(graph, "environment") as { name: string; value: string }[] | undefined;
    const published = variables?.find(({ name }) => name === "SERVICE_NAME")?.value;
    return (
      at(policy, `${path}.namespace`) === chatMetrics.namespace &&
      at(policy, `${path}.metricName`) === chatMetrics.names.concurrentStreams &&
      at(policy, `${path}.statistic`) === "Average" &&
      JSON.stringify(at(policy, `${path}.dimensions`)) ===
        JSON.stringify([{ name: chatMetrics.dimension, value: published }])
    );
  },
  "scaling also looks at the processor": (graph) =>
    at(
      only(graph, types.policy, "chat-cpu"),
      "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
    ) === "ECSServiceAverageCPUUtilization",
  "scaling stays within its bounds": (graph) =>
    at(only(graph, types.target), "minCapacity") === 2 && at(only(graph, types.target), "maxCapacity") === 10,
  "the gateway streams through the link to this load balancer": (graph) =>
    graph
      .ofType(types.integration)
      .every(
        ({ inputs }) =>
          inputs.responseTransferMode === "STREAM" &&
          inputs.timeoutMilliseconds === LONGEST_STREAM_SECONDS * 1000 &&
          inputs.connectionType === "VPC_LINK" &&
          inputs.connectionId === only(graph, types.link).id &&
          inputs.integrationTarget ===
            (only(graph, types.loadBalancer).outputs.loadBalancer as { readonly arn: string }).arn,
      ),
  "chats and downloads need a key": (graph) =>
    ["chat//ANY", "chat/{proxy+}/ANY"].every(
      (name) => at(only(graph, types.method, name), "apiKeyRequired") === true,
    ),
};

/** The demands that a graph does not meet. */
export function unmet(graph: ResourceGraph): string[] {
  return Object.entries(demands)
    .filter(([, holds]) => !holds(graph))
    .map(([sentence]) => sentence);
}
