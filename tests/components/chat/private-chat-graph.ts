import type { RecordedResource, ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { prefixListId } from "../../../local/program/simulated-network.ts";
import { only } from "../../helpers/recorded-program.ts";

export const types = {
  cluster: "aws:ecs/cluster:Cluster",
  deployment: "aws:apigateway/deployment:Deployment",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  group: "aws:ec2/securityGroup:SecurityGroup",
  image: "awsx:ecr:Image",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  integration: "aws:apigateway/integration:Integration",
  lifecycle: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
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

/** What `path` leads to in a resource's inputs. Format: `listener.port`, `environment.0`. */
export function at(resource: RecordedResource, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource.inputs);
}

export const isSame = (value: unknown, wanted: unknown) => JSON.stringify(value) === JSON.stringify(wanted);

export const groupId = (graph: ResourceGraph, suffix: string) =>
  only(graph, types.group, `chat-${suffix}`).id;

/** The endpoints that have addresses. AWS takes one that does not say what it is for one without. */
export const interfaceEndpoints = (graph: ResourceGraph) =>
  graph.ofType(types.endpoint).filter(({ name }) => name !== "chat-s3");

/** Format: `link > load-balancer : tcp 80-80`, for each direction of each rule. */
export function hops(graph: ResourceGraph, type: string): string[] {
  const nameOf = (id: unknown) =>
    graph
      .ofType(types.group)
      .find((group) => group.id === id)
      ?.name.replace("chat-", "");
  return graph
    .ofType(type)
    .map(({ inputs }) => {
      const own = nameOf(inputs.securityGroupId);
      const isToS3 = inputs.prefixListId === prefixListId("eu-central-1", "s3");
      const other = nameOf(inputs.referencedSecurityGroupId) ?? (isToS3 ? "s3" : String(inputs.cidrIpv4));
      const packets = `${String(inputs.ipProtocol)} ${String(inputs.fromPort)}-${String(inputs.toPort)}`;
      return `${own} ${type === types.egress ? ">" : "<"} ${other} : ${packets}`;
    })
    .sort();
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: string;
  readonly Condition?: { readonly StringEquals?: object };
}

function statements({ inputs: { policy } }: RecordedResource): Statement[] {
  return typeof policy === "string" ? (JSON.parse(policy) as { Statement: Statement[] }).Statement : [];
}

/** Allows nothing on everything, but the one action that knows no resource. */
export function isNarrow(resource: RecordedResource): boolean {
  const all = statements(resource);
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

/** The layers of an image are fetched by links that ECR has signed: no role of ours speaks of them. */
const isOfLayers = ({ Resource }: Statement) =>
  /^arn:aws:s3:::prod-[a-z0-9-]+-starport-/.test(String(Resource));

function forAccount(statement: Statement): Statement {
  const { Condition } = statement;
  const StringEquals = { ...Condition?.StringEquals, "aws:PrincipalAccount": "123456789012" };
  return { ...statement, Principal: "*", Condition: { ...Condition, StringEquals } };
}

/** Whether an endpoint lets pass, for this account's principals, what the tasks' two roles may do at its service and nothing else. */
export function agreesWithRoles(graph: ResourceGraph, endpoint: RecordedResource): boolean {
  const service = /chat-(ecr|logs|bedrock|s3)/.exec(endpoint.name)?.[1];
  const passing = statements(endpoint);
  const ofRoles = graph
    .ofType(types.rolePolicy)
    .flatMap(statements)
    .filter(({ Action }) => String(Action).startsWith(`${service}:`));
  return (
    isSame(
      passing.filter((statement) => !isOfLayers(statement)),
      ofRoles.map(forAccount),
    ) && passing.some(isOfLayers) === (service === "s3")
  );
}
