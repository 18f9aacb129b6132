import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type ResourcePick, withChanged, withInputs, withoutResource } from "../../helpers/alter-graph.ts";
import { callChatApi, type ChatCloud, postStream, startChatCloud } from "../../helpers/chat-cloud.ts";

/*
 * What the program registers on the private path is what a caller meets: take one thing away, and the answer changes the way
 * it would on AWS, and the cloud's log says what is missing. Unaltered, a chat, a download and a health check are a 200.
 */

type Alter = (graph: ResourceGraph) => ResourceGraph;

/** The status of each request. */
interface Statuses {
  readonly stream: number;
  readonly keylessStream: number;
  readonly download: number;
  readonly health: number;
}

const unaltered: Statuses = { stream: 200, keylessStream: 403, download: 200, health: 200 };

interface Mutation {
  readonly what: string;
  readonly alter: Alter;
  /** What differs from the unaltered. */
  readonly yields: Partial<Statuses>;
  /** What the log says, which says nothing else. */
  readonly errors: readonly RegExp[];
  /** Default: as on AWS. */
  readonly loadBalancerTimeScale?: number;
}

function without(type: string, name?: string): Alter {
  return (graph) => withoutResource(graph, { type, ...(name !== undefined && { name }) });
}

function withoutRule(direction: "Ingress" | "Egress", name: string): Alter {
  return without(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, name);
}

/** Takes away the statements of a policy that allow an action. */
function withoutAction(pick: ResourcePick, action: string): Alter {
  return (graph) =>
    withInputs(graph, pick, ({ policy }) => {
      const { Statement: statements, ...document } = JSON.parse(String(policy)) as {
        Statement: { Action: string | string[] }[];
      };
      const left = statements.filter(({ Action: actions }) => ![actions].flat().includes(action));
      return { policy: JSON.stringify({ ...document, Statement: left }) };
    });
}

/** A service that does not wait for tasks that will not do. */
function withoutGrace(alter: Alter): Alter {
  return (graph) =>
    withInputs(alter(graph), { type: "awsx:ecs:FargateService" }, () => ({
      healthCheckGracePeriodSeconds: 0,
    }));
}

const endpoint = (name: string): ResourcePick => ({ type: "aws:ec2/vpcEndpoint:VpcEndpoint", name });
const role = (name: string): ResourcePick => ({ type: "aws:iam/rolePolicy:RolePolicy", name });
const proxyMethod: ResourcePick = { type: "aws:apigateway/method:Method", name: "chat/{proxy+}/ANY" };
const proxyIntegration: ResourcePick = {
  type: "aws:apigateway/integration:Integration",
  name: "chat/{proxy+}/ANY",
};

const unreachable = { stream: 504, download: 504, health: 504 };
const noTask = { stream: 503, download: 503, health: 503 };
const notStarted = [
  /^ecs: chat-\w+: deployment failed: tasks failed to start \(3 in a row\)/,
  /^elb: chat: no target is registered$/,
];

const mutations: Mutation[] = [
  {
    what: "the link's rule out to the load balancer",
    alter: withoutRule("Egress", "chat-link-to-load-balancer"),
    yields: unreachable,
    errors: [
      /^gateway: .*no egress rule of sg-\w+ \(chat-link\) lets tcp 80 out to sg-\w+ \(chat-load-balancer\)/,
    ],
  },
  {
    what: "the load balancer's rule in from the link",
    alter: withoutRule("Ingress", "chat-load-balancer-from-link"),
    yields: unreachable,
    errors: [
      /^gateway: .*no ingress rule of sg-\w+ \(chat-load-balancer\) lets tcp 80 in from sg-\w+ \(chat-link\)/,
    ],
  },
  {
    what: "the link's security group",
    alter: (graph) =>
      withInputs(graph, { type: "aws:apigatewayv2/vpcLink:VpcLink" }, () => ({ securityGroupIds: [] })),
    yields: unreachable,
    errors: [/^gateway: .*no egress rule of no security group lets tcp 80 out/],
  },
  {
    what: "the load balancer's rule out to the tasks",
    alter: withoutGrace(withoutRule("Egress", "chat-load-balancer-to-task")),
    yields: noTask,
    errors: [
      /^elb: chat: it cannot reach its targets: no egress rule of sg-\w+ \(chat-load-balancer\) lets tcp 8080 out/,
      /^ecs: chat-\w+: task \w+ stopped: Task failed ELB health checks/,
      ...notStarted,
    ],
  },
  {
    what: "the tasks' rule in from the load balancer",
    alter: withoutGrace(withoutRule("Ingress", "chat-task-from-load-balancer")),
    yields: noTask,
    errors: [
      /^elb: chat: it cannot reach its targets: no ingress rule of sg-\w+ \(chat-task\) lets tcp 8080 in/,
      /^ecs: chat-\w+: task \w+ stopped: Task failed ELB health checks/,
      ...notStarted,
    ],
  },
  {
    what: "a path that answers health checks",
    alter: withoutGrace((graph) =>
      withChanged(graph, { type: "awsx:lb:ApplicationLoadBalancer" }, (loadBalancer) => {
        const group = loadBalancer.inputs["defaultTargetGroup"] as { healthCheck: object };
        const defaultTargetGroup = { ...group, healthCheck: { ...group.healthCheck, path: "/nothing" } };
        return { ...loadBalancer, inputs: { ...loadBalancer.inputs, defaultTargetGroup } };
      }),
    ),
    yields: noTask,
    errors: [/^ecs: chat-\w+: task \w+ stopped: Task failed ELB health checks/, ...notStarted],
    loadBalancerTimeScale: 0.02,
  },
  {
    what: "the tasks' rule out to the endpoints",
    alter: withoutRule("Egress", "chat-task-to-endpoint"),
    yields: noTask,
    errors: [
      /ResourceInitializationError: .*no egress rule of sg-\w+ \(chat-task\) lets tcp 443 out/,
      ...notStarted,
    ],
  },
  {
    what: "the endpoints' rule in from the tasks",
    alter: withoutRule("Ingress", "chat-endpoint-from-task"),
    yields: noTask,
    errors: [
      /ResourceInitializationError: .*no ingress rule of sg-\w+ \(chat-endpoint\) lets tcp 443 in/,
      ...notStarted,
    ],
  },
  {
    what: "the tasks' rule out to S3",
    alter: withoutRule("Egress", "chat-task-to-s3"),
    yields: noTask,
    errors: [
      /CannotPullContainerError: .*no egress rule of sg-\w+ \(chat-task\) lets tcp 443 out to the prefix list/,
      ...notStarted,
    ],
  },
  {
    what: "the execution role's right to pull the image",
    alter: withoutAction(role("chat-execution"), "ecr:BatchGetImage"),
    yields: noTask,
    errors: [/CannotPullContainerError: .*not authorized to perform: ecr:/, ...notStarted],
  },
  {
    what: "the endpoint for logs",
    alter: without("aws:ec2/vpcEndpoint:VpcEndpoint", "chat-logs"),
    yields: noTask,
    errors: [
      /ResourceInitializationError: failed to validate logger args: no connection to logs/,
      ...notStarted,
    ],
  },
  {
    what: "the endpoint for Bedrock",
    alter: without("aws:ec2/vpcEndpoint:VpcEndpoint", "chat-bedrock-runtime"),
    yields: { stream: 502 },
    errors: [/^ecs: .*a task cannot reach bedrock-runtime, because the VPC chat\S* has no endpoint for /],
  },
  {
    what: "the model in the policy of Bedrock's endpoint",
    alter: withoutAction(endpoint("chat-bedrock-runtime"), "bedrock:InvokeModelWithResponseStream"),
    yields: { stream: 500 },
    errors: [/^bedrock: .*InvokeModelWithResponseStream.* at VPC endpoint vpce-\w+ no policy allows it/],
  },
  {
    what: "the model in the task role's policy",
    alter: withoutAction(role("chat-task"), "bedrock:InvokeModelWithResponseStream"),
    yields: { stream: 500 },
    errors: [/^bedrock: .*InvokeModelWithResponseStream/],
  },
  {
    what: "the objects in the task role's policy",
    alter: withoutAction(role("chat-task"), "s3:GetObject"),
    yields: { download: 403 },
    errors: [/^s3: .*s3:GetObject/],
  },
  {
    what: "the key that the method asks for",
    alter: (graph) => withInputs(graph, proxyMethod, () => ({ apiKeyRequired: false })),
    yields: { keylessStream: 200 },
    errors: [],
  },
];

async function statuses(cloud: ChatCloud): Promise<Statuses> {
  const { url } = cloud.outputs.chatApi;
  const statusOf = async (asked: Promise<Response>) => {
    const response = await asked;
    await response.text();
    return response.status;
  };
  return {
    stream: await statusOf(postStream(cloud)),
    keylessStream: await statusOf(postStream(cloud, undefined, { "x-api-key": "" })),
    download: await statusOf(callChatApi(cloud, "/download/there.txt")),
    health: await statusOf(fetch(`${url}/health`)),
  };
}

const options = { config: ["chatMinTasks=1"] };

test("unaltered, a chat, a download and a health check are answered", async (t) => {
  const cloud = await startChatCloud(t, options);
  await cloud.putObject("there.txt", "there");
  t.deepEqual(await statuses(cloud), unaltered);
});

for (const { what, alter, yields, errors, loadBalancerTimeScale = 1 } of mutations) {
  test(`without ${what}, the answers are ${JSON.stringify(yields)}`, async (t) => {
    const cloud = await startChatCloud(t, { ...options, alterGraph: alter, loadBalancerTimeScale });
    for (const pattern of errors) cloud.expectError(pattern);
    await cloud.putObject("there.txt", "there");
    t.deepEqual(await statuses(cloud), { ...unaltered, ...yields });
  });
}

/** Changes the one container of the service. */
function withContainer(change: (container: Container) => object): Alter {
  return (graph) =>
    withInputs(graph, { type: "awsx:ecs:FargateService" }, ({ taskDefinitionArgs }) => {
      const definition = taskDefinitionArgs as { container: Container };
      const container = { ...definition.container, ...change(definition.container) };
      return { taskDefinitionArgs: { ...definition, container } };
    });
}

interface Container {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly portMappings: readonly object[];
}

const listeningOn9090 = ({ environment }: Container): object => ({
  environment: environment.map(({ name, value }) => ({ name, value: name === "PORT" ? "9090" : value })),
});

const unloadable: { readonly what: string; readonly alter: Alter; readonly problem: RegExp }[] = [
  {
    what: "without the load balancer in an integration",
    alter: (graph) => withInputs(graph, proxyIntegration, () => ({ integrationTarget: undefined })),
    problem: /IntegrationTarget is required for VpcLinkV2/,
  },
  {
    what: "without the path parameter on a method",
    alter: (graph) => withInputs(graph, proxyMethod, () => ({ requestParameters: {} })),
    problem: /Invalid mapping expression parameter specified: method\.request\.path\.proxy/,
  },
  {
    what: "with a container that listens on another port than it maps",
    alter: withContainer(listeningOn9090),
    problem: /maps the container port 8080, and its variable PORT is 9090/,
  },
  {
    what: "with a container that maps another port than its target group has",
    alter: withContainer((container) => ({
      ...listeningOn9090(container),
      portMappings: container.portMappings.map((mapping) => ({ ...mapping, containerPort: 9090 })),
    })),
    problem: /the target group's port is 8080, and the container's 9090/,
  },
];

for (const { what, alter, problem } of unloadable) {
  test(`${what}, the stack is refused`, async (t) => {
    const failing = startChatCloud(t, { ...options, alterGraph: alter });
    await t.throwsAsync(failing, { message: problem });
  });
}
