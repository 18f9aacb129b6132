import type * as aws from "@pulumi/aws";
import { ApplicationLoadBalancer } from "@pulumi/awsx/lb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { chatServiceTimes } from "../../contract/chat-service-times.ts";
import { replaceWithNetwork } from "./replace-with-network.ts";
import type { Tags } from "../tags.ts";

/** The certificate with which API Gateway's requests are encrypted up to the load balancer. */
export interface ListenerCertificate {
  /** ARN of an ACM certificate in the Region. */
  readonly arn: string;
  /** A name the certificate is for. The gateway checks it against this name, never against the load balancer's own. */
  readonly domain: string;
}

/** Arguments of the load balancer. */
export interface ChatLoadBalancerArgs {
  /** Two or more, in different zones. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Its own. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Port of the tasks. */
  readonly containerPort: number;
  /** `undefined`: HTTP, within the network alone. */
  readonly certificate: pulumi.Output<ListenerCertificate> | undefined;
  /** For the load balancer, its target group and its listener. */
  readonly tags: Tags;
}

/** The port that the load balancer listens on. */
export function listenerPort(
  certificate: pulumi.Output<ListenerCertificate> | undefined,
): pulumi.Output<number> {
  return certificate === undefined ? pulumi.output(80) : certificate.apply(() => 443);
}

/** TLS 1.2 and 1.3. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** The load balancer between VPC link and tasks. It has private addresses only. */
export class ChatLoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Target group of the tasks. */
  readonly targetGroup: pulumi.Output<aws.lb.TargetGroup>;
  /** Scheme, host and port for an integration's uri; the port picks the listener. */
  readonly origin: pulumi.Output<string>;

  constructor(name: string, args: ChatLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ChatLoadBalancer", name, {}, opts);
    const { subnetIds, securityGroupId, containerPort, certificate, tags } = args;
    const port = listenerPort(certificate);
    const { loadBalancer, defaultTargetGroup } = new ApplicationLoadBalancer(
      name,
      {
        internal: true,
        subnetIds,
        securityGroups: [securityGroupId],
        idleTimeout: chatServiceTimes.loadBalancerIdleSeconds,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        listener: {
          port,
          ...(certificate === undefined
            ? { protocol: "HTTP" }
            : { protocol: "HTTPS", certificateArn: certificate.arn, sslPolicy: SSL_POLICY }),
          tags,
        },
        defaultTargetGroup: {
          port: containerPort,
          protocol: "HTTP",
          targetType: "ip",
          // A chat lasts as long as it lasts: taking turns would pile the long ones up on one task.
          loadBalancingAlgorithmType: "least_outstanding_requests",
          deregistrationDelay: chatServiceTimes.deregistrationDelaySeconds,
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
          tags,
        },
        tags,
      },
      { parent: this, transforms: [replaceWithNetwork] },
    );
    this.arn = loadBalancer.arn;
    this.targetGroup = defaultTargetGroup;
    this.origin =
      certificate === undefined
        ? pulumi.interpolate`http://${loadBalancer.dnsName}:${port}`
        : pulumi.interpolate`https://${certificate.domain}:${port}`;
    this.registerOutputs();
  }
}
