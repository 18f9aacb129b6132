import { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { fixture } from "./recorded-program.ts";
import { recordedResource } from "./recorded-resource.ts";

export const region = "eu-central-1";
export const accountId = "123456789012";
export const targetGroupArn = `arn:aws:elasticloadbalancing:${region}:${accountId}:targetgroup/web/0123456789abcdef`;
export const taskRoleArn = `arn:aws:iam::${accountId}:role/task`;
export const executionRoleArn = `arn:aws:iam::${accountId}:role/execution`;
export const logGroup = "web-log";
export const prefixListId = "pl-12345678";

const repository = `${accountId}.dkr.ecr.${region}.amazonaws.com/images`;
const imageUri = `${repository}@sha256:${"0".repeat(64)}`;
const serviceName = (service: string) => `com.amazonaws.${region}.${service}`;

/** What a test sets of the service's and its container's inputs; the rest is as `graphOfService` says. */
export interface ServiceSketch {
  readonly service?: Readonly<Record<string, unknown>>;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * A graph of one service, `web`, in isolated subnets with all endpoints: one task of the container in
 * `tests/fixtures/container`, port 8080, registered in one target group. Resources can be taken away by `alter-graph.ts`.
 */
export function graphOfService({
  service = {},
  container = {},
  variables = {},
}: ServiceSketch = {}): ResourceGraph {
  const environment = Object.entries({ PORT: "8080", ...variables }).map(([name, value]) => ({
    name,
    value,
  }));
  return new ResourceGraph([
    ...network(),
    role("task", taskRoleArn, [
      { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/*" },
    ]),
    role("execution", executionRoleArn, executionStatements),
    recordedResource(
      "awsx:ecr:Image",
      "image",
      { repositoryUrl: repository, context: fixture("container"), platform: "linux/amd64" },
      { imageUri },
    ),
    recordedResource(
      "awsx:ecs:FargateService",
      "web",
      {
        cluster: `arn:aws:ecs:${region}:${accountId}:cluster/web`,
        desiredCount: 1,
        networkConfiguration: { subnets: ["subnet-1", "subnet-2"], securityGroups: ["task-group"] },
        taskDefinitionArgs: {
          container: {
            name: "web",
            image: imageUri,
            environment,
            portMappings: [{ containerPort: 8080, targetGroup: { arn: targetGroupArn, port: 8080 } }],
            ...container,
          },
          taskRole: { roleArn: taskRoleArn },
          executionRole: { roleArn: executionRoleArn },
          logGroup: { existing: { name: logGroup } },
        },
        ...service,
      },
      {
        service: { name: "web", cluster: `arn:aws:ecs:${region}:${accountId}:cluster/web` },
        taskDefinition: { arn: `arn:aws:ecs:${region}:${accountId}:task-definition/web:1` },
      },
    ),
  ]);
}

/** A container health check that asks `/health` of the container port. */
export const healthCheck = {
  command: [
    "CMD",
    "node",
    "-e",
    'require("node:http").get("http://127.0.0.1:8080/health", (response) => process.exit(response.statusCode === 200 ? 0 : 1))',
  ],
  interval: 5,
  timeout: 5,
  retries: 2,
  startPeriod: 0,
};

const executionStatements = [
  { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  {
    Effect: "Allow",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: `arn:aws:ecr:${region}:${accountId}:repository/images`,
  },
  {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:*`,
  },
];

function role(name: string, arn: string, statements: readonly object[]) {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return recordedResource("aws:iam/role:Role", name, { inlinePolicies: [{ name, policy }] }, { name, arn });
}

function network() {
  const subnetIds = ["subnet-1", "subnet-2"];
  const routeTableIds = ["table-1", "table-2"];
  return [
    recordedResource(
      "awsx:ec2:Vpc",
      "network",
      { enableDnsHostnames: true, enableDnsSupport: true },
      {
        routeTableAssociations: subnetIds.map((subnetId, index) => ({
          subnetId,
          routeTableId: routeTableIds[index],
        })),
      },
    ),
    recordedResource("aws:ec2/securityGroup:SecurityGroup", "task-group", { vpcId: "network" }),
    ...["ecr.api", "ecr.dkr", "logs", "bedrock-runtime"].map((service) =>
      recordedResource("aws:ec2/vpcEndpoint:VpcEndpoint", service, {
        vpcId: "network",
        vpcEndpointType: "Interface",
        serviceName: serviceName(service),
        subnetIds,
        securityGroupIds: ["endpoint-group"],
        privateDnsEnabled: true,
      }),
    ),
    recordedResource(
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "s3",
      { vpcId: "network", vpcEndpointType: "Gateway", serviceName: serviceName("s3"), routeTableIds },
      { prefixListId },
    ),
  ];
}
