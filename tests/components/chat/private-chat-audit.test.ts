import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { withChanged, withInputs, withoutResource } from "../../helpers/alter-graph.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";
import { type Demand, demands, unmet } from "./private-chat-audit.ts";
import { types } from "./private-chat-graph.ts";

const { graph } = await recordPrivateChat();

test("a private chat service meets every demand", (t) => {
  t.deepEqual(unmet(graph), []);
});

/** Something that must not go unnoticed. */
interface Change {
  readonly what: string;
  readonly alter: (graph: ResourceGraph) => ResourceGraph;
}

type Inputs = Readonly<Record<string, unknown>>;

/** The same inputs with another value at a path; `undefined` takes the input away. Format: `listener.port`. */
function replaced(inputs: Inputs, path: string, value: unknown): Inputs {
  const [key = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : replaced((inputs[key] ?? {}) as Inputs, rest.join("."), value);
  return Array.isArray(inputs)
    ? Object.assign([...(inputs as unknown[])], { [key]: inner })
    : { ...inputs, [key]: inner };
}

const called = (type: string, name: string) => `${type.split(":").pop()} ${name}`;

function given(type: string, name: string, path: string, value: unknown): Change {
  return {
    what: `${called(type, name)} with ${path} ${value === undefined ? "left out" : JSON.stringify(value)}`,
    alter: (whole) => withInputs(whole, { type, name }, (inputs) => replaced(inputs, path, value)),
  };
}

const without = (type: string, name: string, ...paths: readonly string[]): Change[] =>
  paths.map((path) => given(type, name, path, undefined));

const gone = (type: string, name: string): Change => ({
  what: `no ${called(type, name)}`,
  alter: (whole) => withoutResource(whole, { type, name }),
});

/** A dependency less of a kind, whether it was said or came with an input. */
const waitingForNo = (type: string, ...others: readonly string[]): Change[] =>
  others.map((other) => ({
    what: `${called(type, "chat")} that waits for no ${other.split(":").pop()}`,
    alter: (whole) =>
      withChanged(whole, { type, name: "chat" }, (resource) => ({
        ...resource,
        dependencies: resource.dependencies.filter((urn) => !urn.includes(`${other}::`)),
      })),
  }));

const { vpc, endpoint, group, egress, ingress, link, loadBalancer, service, logGroup, image } = types;
const { repository, lifecycle, rolePolicy, policy, target, integration, method, deployment } = types;

const network = (path: string) => `networkConfiguration.${path}`;
const task = (path: string) => `taskDefinitionArgs.${path}`;
const container = (path: string) => `taskDefinitionArgs.container.${path}`;
const targetGroup = (path: string) => `defaultTargetGroup.${path}`;
const tracking = (path: string) => `targetTrackingScalingPolicyConfiguration.${path}`;
const metric = (path: string) => tracking(`customizedMetricSpecification.${path}`);
const allowing = (Action: string, Resource: string) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource, Principal: "*" }] });

const changes: Readonly<Record<Demand, readonly Change[]>> = {
  "subnets are isolated, in two zones, and nothing buys a NAT gateway": [
    ...without(vpc, "chat-1a-1b", "natGateways", "subnetSpecs", "availabilityZoneNames"),
    given(vpc, "chat-1a-1b", "subnetSpecs", [{ type: "Private" }]),
    given(vpc, "chat-1a-1b", "availabilityZoneNames", ["eu-central-1a"]),
  ],
  "AWS's host names lead to the endpoints": [
    ...without(vpc, "chat-1a-1b", "enableDnsHostnames", "enableDnsSupport"),
    ...without(endpoint, "chat-logs", "privateDnsEnabled"),
  ],
  "there is an endpoint for each service and no other": [
    ...without(endpoint, "chat-logs", "vpcEndpointType", "serviceName"),
    gone(endpoint, "chat-logs"),
  ],
  "endpoints have an address in every subnet": [
    ...without(endpoint, "chat-bedrock-runtime", "subnetIds"),
    given(endpoint, "chat-logs", "subnetIds", ["subnet-chat-1"]),
  ],
  "S3 is on the way of every subnet": without(endpoint, "chat-s3", "routeTableIds"),
  "endpoints let pass what the roles may do, and neither allows anything on everything": [
    ...without(endpoint, "chat-bedrock-runtime", "policy"),
    ...without(rolePolicy, "chat-execution", "policy"),
    given(endpoint, "chat-s3", "policy", allowing("s3:GetObject", "*")),
    given(endpoint, "chat-s3", "policy", allowing("s3:GetObject", "arn:aws:s3:::another/*")),
    given(endpoint, "chat-logs", "policy", allowing("logs:PutLogEvents", "arn:aws:logs:::another")),
    given(rolePolicy, "chat-task", "policy", allowing("s3:GetObject", "*")),
    given(rolePolicy, "chat-task", "policy", allowing("bedrock:*", "arn:aws:bedrock:::model")),
  ],
  "endpoints are in their own group": without(endpoint, "chat-ecr.api", "securityGroupIds"),
  "packets leave along the chain and nowhere else": [
    ...without(egress, "chat-task-to-s3", "prefixListId"),
    given(egress, "chat-task-to-s3", "prefixListId", "pl-another"),
    given(egress, "chat-link-to-load-balancer", "toPort", 65535),
    given(egress, "chat-load-balancer-to-task", "ipProtocol", "-1"),
    gone(egress, "chat-task-to-s3"),
  ],
  "packets come in along the chain and from nowhere else": [
    ...without(ingress, "chat-task-from-load-balancer", "referencedSecurityGroupId", "ipProtocol"),
    given(ingress, "chat-load-balancer-from-link", "fromPort", 0),
    gone(ingress, "chat-endpoint-from-task"),
  ],
  "groups have no rules but those": [
    given(group, "chat-task", "egress", [{ cidrBlocks: ["0.0.0.0/0"] }]),
    given(group, "chat-load-balancer", "ingress", [{ cidrBlocks: ["0.0.0.0/0"] }]),
  ],

  "the link is in the isolated subnets, in its own group": without(
    link,
    "chat",
    "subnetIds",
    "securityGroupIds",
  ),
  "the load balancer has private addresses only, in the isolated subnets": without(
    loadBalancer,
    "chat",
    "internal",
    "subnetIds",
  ),
  "the load balancer is in its own group": without(loadBalancer, "chat", "securityGroups"),
  "the load balancer is not the first to lose patience": without(loadBalancer, "chat", "idleTimeout"),
  "the load balancer drops what is no header": without(loadBalancer, "chat", "dropInvalidHeaderFields"),
  "the load balancer listens where the link sends": without(
    loadBalancer,
    "chat",
    "listener",
    "listener.port",
    "listener.protocol",
  ),
  "the target group's port is the container's, and HTTP": [
    ...without(loadBalancer, "chat", targetGroup("port"), targetGroup("protocol")),
    ...without(service, "chat", container("portMappings"), container("portMappings.0.targetGroup")),
  ],
  "targets are addresses": [given(loadBalancer, "chat", targetGroup("targetType"), "instance")],
  "the emptiest task gets the next request": [
    ...without(loadBalancer, "chat", targetGroup("loadBalancingAlgorithmType")),
    given(loadBalancer, "chat", targetGroup("stickiness.enabled"), true),
  ],
  "a task that is replaced may finish the longest stream": without(
    loadBalancer,
    "chat",
    targetGroup("deregistrationDelay"),
  ),
  "a task that is not ready gets no requests": without(
    loadBalancer,
    "chat",
    targetGroup("healthCheck"),
    targetGroup("healthCheck.path"),
    targetGroup("healthCheck.matcher"),
  ),

  "the image runs on the processor it is built for": [
    ...without(service, "chat", task("runtimePlatform")),
    ...without(image, "chat", "platform"),
  ],
  "the image's tag is a digest of what it is made from": [
    ...without(image, "chat", "imageTag"),
    given(image, "chat", "imageName", "latest"),
  ],
  "a tag, once pushed, stays what it was": without(repository, "chat", "imageTagMutability"),
  "images are scanned": without(repository, "chat", "imageScanningConfiguration"),
  "old images expire": without(lifecycle, "chat", "policy", "repository"),
  "images do not stand in the way of a destroy": without(repository, "chat", "forceDelete"),

  "there are two tasks from the beginning": without(service, "chat", "desiredCount"),
  "tasks are as large as is asked for": without(service, "chat", task("cpu"), task("memory")),
  "tasks have private addresses only, in the isolated subnets": [
    ...without(service, "chat", network("subnets"), network("assignPublicIp")),
    given(service, "chat", network("assignPublicIp"), true),
  ],
  "tasks are in their own group": without(service, "chat", network("securityGroups")),
  "tasks are spread over the zones": without(service, "chat", "availabilityZoneRebalancing"),
  "a deployment that fails is taken back": [
    ...without(service, "chat", "deploymentCircuitBreaker"),
    given(service, "chat", "deploymentCircuitBreaker.rollback", false),
  ],
  "a deployment starts new tasks before it stops old ones": without(
    service,
    "chat",
    "deploymentMinimumHealthyPercent",
    "deploymentMaximumPercent",
  ),
  "a starting task is not taken for a broken one": without(service, "chat", "healthCheckGracePeriodSeconds"),
  "tasks wait for the listener, for the ways in and out, and for what they may do": [
    ...waitingForNo(service, loadBalancer, endpoint, egress, ingress, rolePolicy, image),
  ],
  "code and agent have roles of their own": without(service, "chat", task("taskRole"), task("executionRole")),

  "the container is not root": [
    ...without(service, "chat", container("user")),
    given(service, "chat", container("user"), "0:0"),
  ],
  "the container can write nothing": without(service, "chat", container("readonlyRootFilesystem")),
  "the container has an init process": without(service, "chat", container("linuxParameters")),
  "the container has as long to stop as Fargate gives": without(service, "chat", container("stopTimeout")),
  "the container's health is checked without a shell": without(service, "chat", container("healthCheck")),
  "the container's log has a group of its own that is not kept for ever": [
    ...without(
      service,
      "chat",
      task("logGroup"),
      container("logConfiguration.logDriver"),
      container("logConfiguration.options.awslogs-group"),
      container("logConfiguration.options.awslogs-region"),
      container("logConfiguration.options.awslogs-stream-prefix"),
    ),
    ...without(logGroup, "chat", "retentionInDays"),
  ],
  "a log that cannot be written stops no stream": without(
    service,
    "chat",
    container("logConfiguration.options.mode"),
  ),

  "scaling reads the metric that the tasks publish": [
    ...without(policy, "chat-streams", metric("dimensions"), metric("namespace"), metric("metricName")),
    given(policy, "chat-streams", metric("statistic"), "Sum"),
    given(service, "chat", container("environment"), []),
  ],
  "scaling also looks at the processor": without(
    policy,
    "chat-cpu",
    tracking("predefinedMetricSpecification"),
  ),
  "scaling moves this service's tasks, within its bounds": [
    ...without(target, "chat", "minCapacity", "maxCapacity", "resourceId"),
    ...without(policy, "chat-streams", "resourceId", "scalableDimension"),
  ],

  "the gateway streams through the link to this load balancer": without(
    integration,
    "chat/{proxy+}/ANY",
    "connectionType",
    "connectionId",
    "integrationTarget",
    "responseTransferMode",
    "timeoutMilliseconds",
  ),
  "the path goes on as it came, without the stage": [
    ...without(integration, "chat/{proxy+}/ANY", "uri"),
    given(integration, "chat/{proxy+}/ANY", "requestParameters", {
      "integration.request.header.X-Streamgate-Access": "'protected'",
    }),
    ...without(integration, "chat//ANY", "uri"),
    ...without(method, "chat/{proxy+}/ANY", "requestParameters"),
  ],
  "API Gateway marks each request by the kind of its route": [
    given(integration, "chat/assets/app.js/GET", "requestParameters", {}),
    given(integration, "chat/health/GET", "requestParameters", {
      "integration.request.header.X-Streamgate-Access": "'protected'",
    }),
  ],
  "nothing but health check and page can be had without a key, each by a path that takes no other": [
    ...without(method, "chat/{proxy+}/ANY", "apiKeyRequired"),
    given(method, "chat//ANY", "apiKeyRequired", false),
  ],
  "an API's deployment has every method and integration, and goes before the link it names": [
    ...waitingForNo(deployment, integration, link),
  ],
};

for (const [demand, ways] of Object.entries(changes)) {
  for (const { what, alter } of ways) {
    test(`noticed: ${what}`, (t) => {
      t.deepEqual(unmet(alter(graph)), [demand]);
    });
  }
}

test("every demand has something that breaks it", (t) => {
  t.deepEqual(
    Object.keys(demands).filter((demand) => changes[demand as Demand].length === 0),
    [],
  );
});
