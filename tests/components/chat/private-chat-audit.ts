import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { chatMetrics } from "../../../contract/chat-metrics.ts";
import { pageAssets } from "../../helpers/page-assets.ts";
import { only } from "../../helpers/recorded-program.ts";
import {
  agreesWithRoles,
  at,
  groupId,
  hops,
  interfaceEndpoints,
  isNarrow,
  isSame,
  types,
} from "./private-chat-graph.ts";

/** API Gateway's longest stream and the time for which it may be silent, in seconds. */
const [LONGEST_STREAM_SECONDS, GATEWAY_IDLE_SECONDS] = [900, 310];

const isolatedSubnetIds = (graph: ResourceGraph) => only(graph, types.vpc).outputs.isolatedSubnetIds;
const link = (graph: ResourceGraph) => only(graph, types.link);
const loadBalancer = (graph: ResourceGraph) =>
  only(graph, types.loadBalancer).outputs.loadBalancer as { readonly arn: string; readonly dnsName: string };
const balancer = (graph: ResourceGraph, path: string) => at(only(graph, types.loadBalancer), path);
const service = (graph: ResourceGraph) => only(graph, types.service);
const task = (graph: ResourceGraph, path: string) => at(service(graph), `taskDefinitionArgs.${path}`);
const container = (graph: ResourceGraph, path: string) => task(graph, `container.${path}`);

const keyless = (graph: ResourceGraph) =>
  graph
    .ofType(types.method)
    .filter(({ inputs }) => inputs.apiKeyRequired !== true)
    .map(({ name }) => name)
    .sort();
const pathMappings = (requestParameters: unknown) =>
  Object.entries(requestParameters ?? {}).filter(([target]) =>
    target.startsWith("integration.request.path."),
  );

/** What has to hold of a private chat service called `chat`, each as a sentence. */
export const demands = {
  "subnets are isolated, in two zones, and nothing buys a NAT gateway": (graph) => {
    const vpc = only(graph, types.vpc);
    return (
      isSame(at(vpc, "subnetSpecs"), [{ type: "Isolated" }]) &&
      isSame(at(vpc, "availabilityZoneNames"), ["eu-central-1a", "eu-central-1b"]) &&
      at(vpc, "natGateways.strategy") === "None"
    );
  },
  "AWS's host names lead to the endpoints": (graph) =>
    at(only(graph, types.vpc), "enableDnsHostnames") === true &&
    at(only(graph, types.vpc), "enableDnsSupport") === true &&
    interfaceEndpoints(graph).every(({ inputs }) => inputs.privateDnsEnabled === true),
  "there is an endpoint for each service and no other": (graph) =>
    graph
      .ofType(types.endpoint)
      .map(({ inputs }) => `${String(inputs.vpcEndpointType)} ${String(inputs.serviceName)}`)
      .sort()
      .join() ===
    ["Gateway s3", "Interface bedrock-runtime", "Interface ecr.api", "Interface ecr.dkr", "Interface logs"]
      .map((each) => each.replace(" ", " com.amazonaws.eu-central-1."))
      .join(),
  "endpoints have an address in every subnet": (graph) =>
    interfaceEndpoints(graph).every(({ inputs }) => isSame(inputs.subnetIds, isolatedSubnetIds(graph))),
  "S3 is on the way of every subnet": (graph) =>
    (at(only(graph, types.endpoint, "chat-s3"), "routeTableIds") as unknown[] | undefined)?.length === 2,
  "endpoints let pass what the roles may do, and neither allows anything on everything": (graph) =>
    [...graph.ofType(types.endpoint), ...graph.ofType(types.rolePolicy)].every(isNarrow) &&
    graph.ofType(types.endpoint).every((endpoint) => agreesWithRoles(graph, endpoint)),
  "endpoints are in their own group": (graph) =>
    interfaceEndpoints(graph).every(({ inputs }) =>
      isSame(inputs.securityGroupIds, [groupId(graph, "endpoint")]),
    ),
  "packets leave along the chain and nowhere else": (graph) =>
    isSame(hops(graph, types.egress), [
      "link > load-balancer : tcp 80-80",
      "load-balancer > task : tcp 8080-8080",
      "task > endpoint : tcp 443-443",
      "task > s3 : tcp 443-443",
    ]),
  "packets come in along the chain and from nowhere else": (graph) =>
    isSame(hops(graph, types.ingress), [
      "endpoint < task : tcp 443-443",
      "load-balancer < link : tcp 80-80",
      "task < load-balancer : tcp 8080-8080",
    ]),
  "groups have no rules but those": (graph) =>
    graph
      .ofType(types.group)
      .every(({ inputs }) => inputs.ingress === undefined && inputs.egress === undefined),

  "the link is in the isolated subnets, in its own group": (graph) =>
    isSame(at(link(graph), "subnetIds"), isolatedSubnetIds(graph)) &&
    isSame(at(link(graph), "securityGroupIds"), [groupId(graph, "link")]),
  "the load balancer has private addresses only, in the isolated subnets": (graph) =>
    balancer(graph, "internal") === true && isSame(balancer(graph, "subnetIds"), isolatedSubnetIds(graph)),
  "the load balancer is in its own group": (graph) =>
    isSame(balancer(graph, "securityGroups"), [groupId(graph, "load-balancer")]),
  "the load balancer is not the first to lose patience": (graph) =>
    Number(balancer(graph, "idleTimeout")) > GATEWAY_IDLE_SECONDS,
  "the load balancer drops what is no header": (graph) => balancer(graph, "dropInvalidHeaderFields") === true,
  "the load balancer listens where the link sends": (graph) =>
    balancer(graph, "listener.port") === 80 && balancer(graph, "listener.protocol") === "HTTP",
  "the target group's port is the container's, and HTTP": (graph) =>
    balancer(graph, "defaultTargetGroup.port") === 8080 &&
    balancer(graph, "defaultTargetGroup.protocol") === "HTTP" &&
    container(graph, "portMappings.0.containerPort") === 8080 &&
    container(graph, "portMappings.0.targetGroup.port") === 8080,
  "targets are addresses": (graph) => balancer(graph, "defaultTargetGroup.targetType") === "ip",
  "the emptiest task gets the next request": (graph) =>
    balancer(graph, "defaultTargetGroup.loadBalancingAlgorithmType") === "least_outstanding_requests" &&
    balancer(graph, "defaultTargetGroup.stickiness.enabled") === false,
  "a task that is replaced may finish the longest stream": (graph) =>
    Number(balancer(graph, "defaultTargetGroup.deregistrationDelay")) > LONGEST_STREAM_SECONDS,
  "a task that is not ready gets no requests": (graph) =>
    balancer(graph, "defaultTargetGroup.healthCheck.path") === "/ready" &&
    balancer(graph, "defaultTargetGroup.healthCheck.matcher") === "200",

  "the image runs on the processor it is built for": (graph) =>
    task(graph, "runtimePlatform.cpuArchitecture") === "ARM64" &&
    at(only(graph, types.image), "platform") === "linux/arm64",
  "the image's tag is a digest of what it is made from": (graph) =>
    /^chat-[0-9a-f]{32}$/.test(String(at(only(graph, types.image), "imageTag"))) &&
    at(only(graph, types.image), "imageName") === undefined,
  "a tag, once pushed, stays what it was": (graph) =>
    at(only(graph, types.repository), "imageTagMutability") === "IMMUTABLE",
  "images are scanned": (graph) =>
    at(only(graph, types.repository), "imageScanningConfiguration.scanOnPush") === true,
  "old images expire": (graph) => {
    const { inputs } = only(graph, types.lifecycle);
    return (
      inputs.repository === only(graph, types.repository).outputs.name &&
      /"countNumber":10\b.*"type":"expire"/.test(String(inputs.policy))
    );
  },
  "images do not stand in the way of a destroy": (graph) =>
    at(only(graph, types.repository), "forceDelete") === true,

  "there are two tasks from the beginning": (graph) => at(service(graph), "desiredCount") === 2,
  "tasks are as large as is asked for": (graph) =>
    task(graph, "cpu") === "512" && task(graph, "memory") === "1024",
  "tasks have private addresses only, in the isolated subnets": (graph) =>
    at(service(graph), "networkConfiguration.assignPublicIp") === false &&
    isSame(at(service(graph), "networkConfiguration.subnets"), isolatedSubnetIds(graph)),
  "tasks are in their own group": (graph) =>
    isSame(at(service(graph), "networkConfiguration.securityGroups"), [groupId(graph, "task")]),
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
  "tasks wait for the listener, for the ways in and out, and for what they may do": (graph) =>
    [
      types.loadBalancer,
      types.endpoint,
      types.egress,
      types.ingress,
      types.rolePolicy,
      types.logGroup,
      types.image,
    ]
      .flatMap((type) => graph.ofType(type))
      // API Gateway's own are none of theirs.
      .filter(({ type, name }) => type !== types.logGroup || name === "chat")
      .every((resource) => graph.dependsOn(service(graph), resource)),
  "code and agent have roles of their own": (graph) =>
    /role\/chat-task-/.test(String(task(graph, "taskRole.roleArn"))) &&
    /role\/chat-execution-/.test(String(task(graph, "executionRole.roleArn"))),

  "the container is not root": (graph) => /^[1-9]\d*:[1-9]\d*$/.test(String(container(graph, "user"))),
  "the container can write nothing": (graph) => container(graph, "readonlyRootFilesystem") === true,
  "the container has an init process": (graph) =>
    container(graph, "linuxParameters.initProcessEnabled") === true,
  "the container has as long to stop as Fargate gives": (graph) => container(graph, "stopTimeout") === 120,
  "the container's health is checked without a shell": (graph) =>
    /^CMD,node,-e,.*\/health/.test(String(container(graph, "healthCheck.command"))),
  "the container's log has a group of its own that is not kept for ever": (graph) => {
    const group = only(graph, types.logGroup, "chat");
    const options = container(graph, "logConfiguration.options") as Record<string, unknown>;
    return (
      container(graph, "logConfiguration.logDriver") === "awslogs" &&
      options["awslogs-group"] === group.outputs.name &&
      options["awslogs-region"] === "eu-central-1" &&
      options["awslogs-stream-prefix"] === "chat" &&
      Number(group.inputs.retentionInDays) > 0 &&
      task(graph, "logGroup.skip") === true
    );
  },
  "a log that cannot be written stops no stream": (graph) =>
    container(graph, "logConfiguration.options.mode") === "non-blocking",

  "scaling reads the metric that the tasks publish": (graph) => {
    const policy = only(graph, types.policy, "chat-streams");
    const path = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification";
    const variables = container(graph, "environment") as { name: string; value: string }[] | undefined;
    const published = variables?.find(({ name }) => name === "SERVICE_NAME")?.value;
    return (
      at(policy, `${path}.namespace`) === chatMetrics.namespace &&
      at(policy, `${path}.metricName`) === chatMetrics.names.concurrentStreams &&
      at(policy, `${path}.statistic`) === "Average" &&
      isSame(at(policy, `${path}.dimensions`), [{ name: chatMetrics.dimension, value: published }])
    );
  },
  "scaling also looks at the processor": (graph) =>
    at(
      only(graph, types.policy, "chat-cpu"),
      "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
    ) === "ECSServiceAverageCPUUtilization",
  "scaling moves this service's tasks, within its bounds": (graph) => {
    const cluster = String(only(graph, types.cluster).outputs.name);
    const { name } = service(graph).outputs.service as { readonly name: string };
    const target = only(graph, types.target);
    return (
      [target, ...graph.ofType(types.policy)].every(
        ({ inputs }) =>
          inputs.resourceId === `service/${cluster}/${name}` &&
          inputs.scalableDimension === "ecs:service:DesiredCount",
      ) &&
      at(target, "minCapacity") === 2 &&
      at(target, "maxCapacity") === 10
    );
  },

  "the gateway streams through the link to this load balancer": (graph) =>
    graph
      .ofType(types.integration)
      .every(
        ({ inputs }) =>
          inputs.responseTransferMode === "STREAM" &&
          inputs.timeoutMilliseconds === LONGEST_STREAM_SECONDS * 1000 &&
          inputs.connectionType === "VPC_LINK" &&
          inputs.connectionId === link(graph).id &&
          inputs.integrationTarget === loadBalancer(graph).arn,
      ),
  "the path goes on as it came, without the stage": (graph) => {
    const origin = `http://${loadBalancer(graph).dnsName}:80`;
    const greedy = only(graph, types.integration, "chat/{proxy+}/ANY");
    return (
      at(only(graph, types.integration, "chat//ANY"), "uri") === `${origin}/` &&
      at(greedy, "uri") === `${origin}/{proxy}` &&
      isSame(pathMappings(greedy.inputs.requestParameters), [
        ["integration.request.path.proxy", "method.request.path.proxy"],
      ]) &&
      isSame(only(graph, types.method, "chat/{proxy+}/ANY").inputs.requestParameters, {
        "method.request.path.proxy": true,
      })
    );
  },
  "nothing but health check and page can be had without a key, each by a path that takes no other": (graph) =>
    isSame(
      keyless(graph),
      ["chat/", ...pageAssets.map((name) => `chat/assets/${name}`), "chat/health"].flatMap((path) => [
        `${path}/GET`,
        `${path}/HEAD`,
      ]),
    ),
  "API Gateway marks each request by the kind of its route": (graph) =>
    graph.ofType(types.integration).every(({ name, inputs }) => {
      const mark = name.endsWith("/ANY") ? "'protected'" : "'public'";
      return Object.entries(inputs.requestParameters ?? {}).some((mapping) =>
        isSame(mapping, ["integration.request.header.X-Streamgate-Access", mark]),
      );
    }),
  "an API's deployment has every method and integration, and goes before the link it names": (graph) => {
    const deployment = only(graph, types.deployment);
    return (
      [...graph.ofType(types.method), ...graph.ofType(types.integration)].every((resource) =>
        graph.dependsOn(deployment, resource),
      ) &&
      // Of a deployment and a link that are both replaced Pulumi knows an order only when the one names the other.
      deployment.dependencies.includes(link(graph).urn)
    );
  },
} as const satisfies Readonly<Record<string, (graph: ResourceGraph) => boolean>>;

export type Demand = keyof typeof demands;

/** The demands that a graph does not meet. */
export function unmet(graph: ResourceGraph): string[] {
  return Object.entries(demands)
    .filter(([, holds]) => !holds(graph))
    .map(([sentence]) => sentence);
}
