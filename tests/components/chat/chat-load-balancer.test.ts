import test from "ava";
import { only } from "../../helpers/recorded-program.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const BALANCER = "awsx:lb:ApplicationLoadBalancer";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const INTEGRATION = "aws:apigateway/integration:Integration";

const { graph } = await recordPrivateChat();

test("the load balancer is internal, patient and without favourites", (t) => {
  const groups = "aws:ec2/securityGroup:SecurityGroup";
  t.deepEqual(only(graph, BALANCER).inputs, {
    internal: true,
    subnetIds: only(graph, "awsx:ec2:Vpc").outputs.isolatedSubnetIds,
    securityGroups: [only(graph, groups, "chat-load-balancer").id],
    idleTimeout: 330,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: "defensive",
    listener: { port: 80, protocol: "HTTP", tags: { team: "web" } },
    defaultTargetGroup: {
      port: 8080,
      protocol: "HTTP",
      targetType: "ip",
      loadBalancingAlgorithmType: "least_outstanding_requests",
      deregistrationDelay: 930,
      stickiness: { enabled: false, type: "lb_cookie" },
      healthCheck: {
        protocol: "HTTP",
        path: "/ready",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      tags: { team: "web" },
    },
    tags: { team: "web" },
  });
});

test.serial(
  "with a certificate the hop is encrypted, and the certificate's name is the one that is checked",
  async (t) => {
    const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123";
    const { graph } = await recordPrivateChat({
      args: { certificate: { arn, domain: "chat.internal.example" } },
    });
    t.deepEqual(only(graph, BALANCER).inputs.listener, {
      port: 443,
      protocol: "HTTPS",
      certificateArn: arn,
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      tags: { team: "web" },
    });
    t.is(
      only(graph, INTEGRATION, "chat/{proxy+}/ANY").inputs.uri,
      "https://chat.internal.example:443/{proxy}",
    );
    t.like(only(graph, INGRESS, "chat-load-balancer-from-link").inputs, {
      fromPort: 443,
      toPort: 443,
    });
    // The container speaks HTTP in either case.
    t.like(only(graph, INGRESS, "chat-task-from-load-balancer").inputs, {
      fromPort: 8080,
      toPort: 8080,
    });
  },
);
