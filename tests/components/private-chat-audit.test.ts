import test from "ava";
import { type ResourcePick, withChanged, withInputs, withoutResource } from "../helpers/alter-graph.ts";
import { recordPrivateChat } from "../helpers/recorded-private-chat.ts";
import { demands, types, unmet } from "./private-chat-audit.ts";

const { graph } = await recordPrivateChat();

test("a private chat service meets every demand", (t) => {
  t.deepEqual(unmet(graph), []);
});

type Inputs = Readonly<Record<string, unknown>>;

/** The same inputs with another value at a path; `undefined` takes the input away. Format: `listener.port`. */
function replaced(inputs: Inputs, path: string, value: unknown): Inputs {
  const [key = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : replaced((inputs[key] ?? {}) as Inputs, rest.join("."), value);
  return Array.isArray(inputs)
    ? Object.assign([...(inputs as unknown[])], { [key]: inner })
    : { ...inputs, [key]: inner };
}

const container = (path: string) => `taskDefinitionArgs.container.${path}`;
const targetGroup = (path: string) => `defaultTargetGroup.${path}`;
const metric = (path: string) =>
  `targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.${path}`;
const open = JSON.stringify({ Statement: [{ Action: "s3:GetObject", Resource: "*" }] });

const { vpc, endpoint, group, egress, ingress, link, loadBalancer, service, logGroup, image } = types;
const { repository, rolePolicy, policy, target, integration, method } = types;

/** Type and name of a resource, the input that is changed, to what, and the demand that must notice. */
const changes: readonly (readonly [string, string, string, unknown, string])[] = [
  [vpc, "chat", "natGateways", undefined, "subnets are isolated, and nothing buys a NAT gateway"],
  [vpc, "chat", "subnetSpecs", [{ type: "Private" }], "subnets are isolated, and nothing buys a NAT gateway"],
  [vpc, "chat", "enableDnsHostnames", undefined, "AWS's host names lead to the endpoints"],
  [vpc, "chat", "enableDnsSupport", false, "AWS's host names lead to the endpoints"],
  [endpoint, "chat-logs", "privateDnsEnabled", undefined, "AWS's host names lead to the endpoints"],
  [endpoint, "chat-logs", "vpcEndpointType", undefined, "there is an endpoint for each service and no other"],
  [endpoint, "chat-s3", "routeTableIds", undefined, "S3 is on the way of every subnet"],
  [endpoint, "chat-bedrock-runtime", "policy", undefined, "endpoints and roles allow nothing on everything"],
  [endpoint, "chat-s3", "policy", open, "endpoints and roles allow nothing on everything"],
  [rolePolicy, "chat-task", "policy", open, "endpoints and roles allow nothing on everything"],
  [endpoint, "chat-ecr.api", "securityGroupIds", undefined, "endpoints are in their own group"],
  [egress, "chat-task-to-s3", "prefixListId", undefined, "packets leave along the chain and nowhere else"],
  [egress, "chat-link-to-load-balancer", "toPort", 65535, "packets leave along the chain and nowhere else"],
  [
    ingress,
    "chat-task-from-load-balancer",
    "referencedSecurityGroupId",
    undefined,
    "packets come in along the chain and from nowhere else",
  ],
  [
    ingress,
    "chat-load-balancer-from-link",
    "fromPort",
    0,
    "packets come in along the chain and from nowhere else",
  ],
  [group, "chat-task", "egress", [{ cidrBlocks: ["0.0.0.0/0"] }], "groups have no rules but those"],
  [link, "chat", "securityGroupIds", undefined, "the link is in its own group"],
  [loadBalancer, "chat", "internal", undefined, "the load balancer has private addresses only"],
  [loadBalancer, "chat", "securityGroups", undefined, "the load balancer is in its own group"],
  [loadBalancer, "chat", "idleTimeout", undefined, "the load balancer is not the first to lose patience"],
  [loadBalancer, "chat", "dropInvalidHeaderFields", undefined, "the load balancer drops what is no header"],
  [loadBalancer, "chat", targetGroup("port"), undefined, "the target group's port is the container's"],
  [
    service,
    "chat",
    container("portMappings.0.targetGroup"),
    undefined,
    "the target group's port is the container's",
  ],
  [loadBalancer, "chat", targetGroup("targetType"), "instance", "targets are addresses"],
  [
    loadBalancer,
    "chat",
    targetGroup("loadBalancingAlgorithmType"),
    undefined,
    "the emptiest task gets the next request",
  ],
  [loadBalancer, "chat", targetGroup("stickiness.enabled"), true, "the emptiest task gets the next request"],
  [
    loadBalancer,
    "chat",
    targetGroup("deregistrationDelay"),
    undefined,
    "a task that is replaced may finish the longest stream",
  ],
  [loadBalancer, "chat", targetGroup("healthCheck"), undefined, "a task that is not ready gets no requests"],
  [loadBalancer, "chat", "listener", undefined, "the load balancer listens where the link sends"],
  [service, "chat", "networkConfiguration.assignPublicIp", true, "tasks have private addresses only"],
  [service, "chat", "networkConfiguration.subnets", undefined, "tasks are in the isolated subnets"],
  [service, "chat", "networkConfiguration.securityGroups", undefined, "tasks are in their own group"],
  [service, "chat", "availabilityZoneRebalancing", undefined, "tasks are spread over the zones"],
  [service, "chat", "deploymentCircuitBreaker", undefined, "a deployment that fails is taken back"],
  [service, "chat", "deploymentCircuitBreaker.rollback", false, "a deployment that fails is taken back"],
  [
    service,
    "chat",
    "deploymentMinimumHealthyPercent",
    undefined,
    "a deployment starts new tasks before it stops old ones",
  ],
  [
    service,
    "chat",
    "healthCheckGracePeriodSeconds",
    undefined,
    "a starting task is not taken for a broken one",
  ],
  [service, "chat", container("user"), undefined, "the container is not root"],
  [service, "chat", container("user"), "0:0", "the container is not root"],
  [service, "chat", container("readonlyRootFilesystem"), undefined, "the container can write nothing"],
  [service, "chat", container("linuxParameters"), undefined, "the container has an init process"],
  [
    service,
    "chat",
    container("stopTimeout"),
    undefined,
    "the container has as long to stop as Fargate gives",
  ],
  [service, "chat", container("healthCheck"), undefined, "the container's health is checked without a shell"],
  [
    service,
    "chat",
    container("logConfiguration.options.awslogs-group"),
    undefined,
    "the container's log has a group of its own that is not kept for ever",
  ],
  [
    service,
    "chat",
    "taskDefinitionArgs.logGroup",
    undefined,
    "the container's log has a group of its own that is not kept for ever",
  ],
  [
    logGroup,
    "chat",
    "retentionInDays",
    undefined,
    "the container's log has a group of its own that is not kept for ever",
  ],
  [
    service,
    "chat",
    container("logConfiguration.options.mode"),
    undefined,
    "a log that cannot be written stops no stream",
  ],
  [
    service,
    "chat",
    "taskDefinitionArgs.runtimePlatform",
    undefined,
    "the image runs on the processor it is built for",
  ],
  [image, "chat", "platform", undefined, "the image runs on the processor it is built for"],
  [image, "chat", "imageTag", undefined, "the image's tag is a digest of what it is made from"],
  [repository, "chat", "imageTagMutability", undefined, "a tag, once pushed, stays what it was"],
  [repository, "chat", "imageScanningConfiguration", undefined, "images are scanned"],
  [repository, "chat", "forceDelete", undefined, "images do not stand in the way of a destroy"],
  [service, "chat", "taskDefinitionArgs.taskRole", undefined, "code and agent have roles of their own"],
  [service, "chat", "taskDefinitionArgs.executionRole", undefined, "code and agent have roles of their own"],
  [
    policy,
    "chat-streams",
    metric("dimensions"),
    undefined,
    "scaling reads the metric that the tasks publish",
  ],
  [policy, "chat-streams", metric("statistic"), "Sum", "scaling reads the metric that the tasks publish"],
  [service, "chat", container("environment"), [], "scaling reads the metric that the tasks publish"],
  [
    policy,
    "chat-cpu",
    "targetTrackingScalingPolicyConfiguration",
    undefined,
    "scaling also looks at the processor",
  ],
  [target, "chat", "maxCapacity", undefined, "scaling stays within its bounds"],
  [
    integration,
    "chat/{proxy+}/ANY",
    "integrationTarget",
    undefined,
    "the gateway streams through the link to this load balancer",
  ],
  [
    integration,
    "chat/{proxy+}/ANY",
    "responseTransferMode",
    undefined,
    "the gateway streams through the link to this load balancer",
  ],
  [
    integration,
    "chat/{proxy+}/ANY",
    "timeoutMilliseconds",
    undefined,
    "the gateway streams through the link to this load balancer",
  ],
  [method, "chat/{proxy+}/ANY", "apiKeyRequired", false, "chats and downloads need a key"],
];

for (const [type, name, path, value, demand] of changes) {
  test(`noticed: ${type.split(":").pop()} ${name} with ${path} ${value === undefined ? "left out" : JSON.stringify(value)}`, (t) => {
    const altered = withInputs(graph, { type, name }, (inputs) => replaced(inputs, path, value));
    t.deepEqual(unmet(altered), [demand]);
  });
}

for (const [pick, demand] of [
  [{ type: endpoint, name: "chat-logs" }, "there is an endpoint for each service and no other"],
  [{ type: egress, name: "chat-task-to-s3" }, "packets leave along the chain and nowhere else"],
  [
    { type: ingress, name: "chat-endpoint-from-task" },
    "packets come in along the chain and from nowhere else",
  ],
] as const satisfies readonly (readonly [ResourcePick, string])[]) {
  test(`noticed: no ${pick.type.split(":").pop()} ${pick.name}`, (t) => {
    t.deepEqual(unmet(withoutResource(graph, pick)), [demand]);
  });
}

test("noticed: tasks that do not wait for anything", (t) => {
  const altered = withChanged(graph, { type: service }, (resource) => ({ ...resource, dependencies: [] }));
  t.deepEqual(unmet(altered), ["tasks wait for the listener and for the ways out"]);
});

test("every demand has something that breaks it", (t) => {
  const broken = new Set([
    ...changes.map(([, , , , demand]) => demand),
    "tasks wait for the listener and for the ways out",
  ]);
  t.deepEqual(
    Object.keys(demands).filter((demand) => !broken.has(demand)),
    [],
  );
});
