import { join } from "node:path";
import test from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";
import { runProgram } from "../../../local/program/run-program.ts";
import { simulatedFunctions } from "../../../local/program/simulated-functions.ts";
import { ResourceSimulator } from "../../../local/program/simulated-resources.ts";
import { fixture } from "../../helpers/recorded-program.ts";

const account = "eu-central-1:123456789012";

const log = new CloudLog();
const { graph, outputs } = await runProgram({
  entry: join(fixture("programs"), "containers.ts"),
  settings: { project: "tiny", stack: "dev", config: { "aws:region": "eu-central-1" } },
  simulator: new ResourceSimulator({
    region: "eu-central-1",
    accountId: "123456789012",
    openApiPort: () => Promise.reject(new Error("no API here")),
  }),
  functions: simulatedFunctions("eu-central-1", "123456789012"),
  log,
});

test("every type of a private service is simulated", (t) => {
  t.deepEqual(log.entries, []);
});

test("a component of awsx is recorded as one resource, with what it computes", (t) => {
  const [network] = graph.ofType("awsx:ec2:Vpc");
  t.false(network?.custom);
  t.is(network?.outputs.vpcId, network?.id);
  t.regex(String(network?.id), /^vpc-[0-9a-f]{17}$/);
});

test("a VPC has one subnet of each kind in each zone, with a route table each", (t) => {
  const { subnetIds, routeTableIds } = outputs as { subnetIds: string[]; routeTableIds: string[] };
  t.is(new Set(subnetIds).size, 2);
  t.is(new Set(routeTableIds).size, 2);
  t.true(subnetIds.every((id) => /^subnet-[0-9a-f]{17}$/.test(id)));
  const zones = graph.ofType("awsx:ec2:Vpc")[0]?.outputs.isolatedSubnets as Record<string, unknown>[];
  t.deepEqual(
    zones.map(({ availabilityZone, availabilityZoneId }) => [availabilityZone, availabilityZoneId]),
    [
      ["eu-central-1a", "euc1-az1"],
      ["eu-central-1b", "euc1-az2"],
    ],
  );
});

test("S3's gateway endpoint has the prefix list that a look-up by name finds", (t) => {
  t.regex(String(outputs.prefixListId), /^pl-[0-9a-f]{8}$/);
  t.is(outputs.lookedUp, outputs.prefixListId);
});

test("an internal load balancer says so in its name", (t) => {
  t.regex(String(outputs.dnsName), /^internal-balancer-[0-9a-f]{7}-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
});

test("the target group and the listener of awsx have ARNs of their own", (t) => {
  t.regex(
    String(outputs.targetGroupArn),
    new RegExp(`^arn:aws:elasticloadbalancing:${account}:targetgroup/balancer-[0-9a-f]{7}/[0-9a-f]{16}$`),
  );
  t.regex(
    String(outputs.listenerArn),
    new RegExp(
      `^arn:aws:elasticloadbalancing:${account}:listener/app/balancer-[0-9a-f]{7}/[0-9a-f]{16}/[0-9a-f]{16}$`,
    ),
  );
});

test("a service's container names the target group by its ARN", (t) => {
  const [service] = graph.ofType("awsx:ecs:FargateService");
  t.like(service?.inputs.taskDefinitionArgs, {
    container: { portMappings: [{ targetGroup: { arn: outputs.targetGroupArn } }] },
  });
  t.is((service?.outputs.service as { name: unknown }).name, outputs.serviceName);
});

test("an image is named by digest in its repository", (t) => {
  t.regex(
    String(outputs.imageUri),
    /^123456789012\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/images-[0-9a-f]{7}@sha256:[0-9a-f]{64}$/,
  );
});
