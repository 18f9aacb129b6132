import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import type { SecurityGroups } from "../../../local/vpc/security-groups.ts";
import { withChanged, withInputs, withoutResource } from "../../helpers/alter-graph.ts";
import { graphOfService, prefixListId } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";

const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
const vpc = { type: "awsx:ec2:Vpc" };

interface Obstacle {
  readonly what: string;
  readonly alter?: (graph: ResourceGraph) => ResourceGraph;
  readonly securityGroups?: SecurityGroups;
  /** Of the error, after ECS's name for the task's end. */
  readonly says: RegExp;
}

const obstacles: Obstacle[] = [
  {
    what: "without the endpoint of ECR's API",
    alter: (graph) => withoutResource(graph, { type: endpointType, name: "ecr.api" }),
    says: /ResourceInitializationError: .*no connection to ecr\.api, because the VPC network has no endpoint for com\.amazonaws\.eu-central-1\.ecr\.api/,
  },
  {
    what: "without the endpoint of ECR's registry",
    alter: (graph) => withoutResource(graph, { type: endpointType, name: "ecr.dkr" }),
    says: /CannotPullContainerError: no connection to ecr\.dkr/,
  },
  {
    what: "without the endpoint of S3, where layers are",
    alter: (graph) => withoutResource(graph, { type: endpointType, name: "s3" }),
    says: /CannotPullContainerError: no connection to s3/,
  },
  {
    what: "with S3's endpoint in one of the two route tables",
    alter: (graph) =>
      withInputs(graph, { type: endpointType, name: "s3" }, () => ({ routeTableIds: ["table-1"] })),
    says: /CannotPullContainerError: .*the route table table-2 of the subnet subnet-2 does not lead to the endpoint s3/,
  },
  {
    what: "without the endpoint of CloudWatch Logs",
    alter: (graph) => withoutResource(graph, { type: endpointType, name: "logs" }),
    says: /ResourceInitializationError: failed to validate logger args: no connection to logs/,
  },
  {
    what: "with an endpoint without a private name",
    alter: (graph) =>
      withInputs(graph, { type: endpointType, name: "ecr.api" }, () => ({ privateDnsEnabled: false })),
    says: /the endpoint ecr\.api has no private DNS name/,
  },
  {
    what: "with an endpoint in no subnet",
    alter: (graph) => withInputs(graph, { type: endpointType, name: "ecr.api" }, () => ({ subnetIds: [] })),
    says: /the endpoint ecr\.api is in no subnet/,
  },
  {
    what: "without DNS host names in the VPC",
    alter: (graph) => withInputs(graph, vpc, () => ({ enableDnsHostnames: undefined })),
    says: /its VPC has DNS hostnames or DNS support off/,
  },
  {
    what: "with a security group that lets no task in to the endpoints",
    securityGroups: {
      refusal: (_, to, port) => (to.kind === "groups" && port === 443 ? "endpoint-group is shut" : undefined),
    },
    says: /ResourceInitializationError: .*endpoint-group is shut/,
  },
  {
    what: "with a security group that lets no task out to S3",
    securityGroups: {
      refusal: (_, to) =>
        to.kind === "prefixList" && to.prefixListId === prefixListId ? "no way to S3" : undefined,
    },
    says: /CannotPullContainerError: no connection to s3, because no way to S3/,
  },
  ...["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "logs:PutLogEvents"].map((action) => ({
    what: `with an execution role that may not do ${action}`,
    alter: (graph: ResourceGraph) => withoutAction(graph, action),
    says: new RegExp(`role/execution is not authorized to perform: ${action} .*no policy allows it`),
  })),
  {
    what: "with an endpoint policy that leaves out the token",
    alter: (graph) => withPolicy(graph, "ecr.api", "ecr:BatchGetImage", "*"),
    says: /ResourceInitializationError: .*ecr:GetAuthorizationToken .*at VPC endpoint ecr\.api/,
  },
  {
    what: "with an endpoint policy that leaves out the bucket of layers",
    alter: (graph) => withPolicy(graph, "s3", "s3:GetObject", "arn:aws:s3:::files/*"),
    says: /CannotPullContainerError: s3:GetObject on arn:aws:s3:::prod-eu-central-1-starport-layer-bucket\/layer is denied/,
  },
  {
    what: "with an image for another processor",
    alter: (graph) => withInputs(graph, { type: "awsx:ecr:Image" }, () => ({ platform: "linux/arm64" })),
    says: /CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux\/amd64'/,
  },
];

for (const { what, alter = (graph: ResourceGraph) => graph, securityGroups, says } of obstacles) {
  test(`${what}, no task starts`, async (t) => {
    const options = securityGroups && { securityGroups };
    const { service, errors } = await runContainers(t, alter(graphOfService()), options);
    t.deepEqual(service.tasks, []);
    t.is(errors().length, 4, "three tries, and the verdict");
    t.regex(errors()[0] ?? "", says);
  });
}

test("with endpoint policies that allow what a task needs, it starts", async (t) => {
  const layers = "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*";
  const graph = withPolicy(
    withPolicy(graphOfService(), "ecr.api", "ecr:*", "*"),
    "s3",
    "s3:GetObject",
    layers,
  );
  const { service } = await runContainers(t, graph);
  t.is(service.tasks.length, 1);
});

test("what a VPC that the program does not make has beyond its endpoints is taken to be enough", async (t) => {
  const graph = withoutResource(
    withoutResource(graphOfService(), { type: endpointType, name: "ecr.api" }),
    vpc,
  );
  const { service } = await runContainers(t, graph);
  t.is(service.tasks.length, 1);
});

function withoutAction(graph: ResourceGraph, action: string): ResourceGraph {
  return withInputs(graph, { type: "aws:iam/role:Role", name: "execution" }, ({ inlinePolicies }) => ({
    inlinePolicies: (inlinePolicies as { policy: string }[]).map(({ policy }) => ({
      policy: policy.replace(`"${action}"`, '"none:Nothing"'),
    })),
  }));
}

function withPolicy(graph: ResourceGraph, name: string, action: string, resource: string): ResourceGraph {
  const statement = { Effect: "Allow", Principal: "*", Action: action, Resource: resource };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return withChanged(graph, { type: endpointType, name }, (endpoint) => ({
    ...endpoint,
    inputs: { ...endpoint.inputs, policy },
  }));
}
