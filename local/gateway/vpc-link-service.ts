import type { LoopbackAddress } from "../elb/load-balancer.ts";

/** VPC links, as API Gateway uses them: the way to a load balancer inside a network. */
export interface VpcLinkService {
  /** @throws VpcLinkError when API Gateway could not send the request that way. */
  connect(hop: PrivateHop): LoopbackAddress;
}

/** One way out of API Gateway into a network. */
export interface PrivateHop {
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
  /** From the integration's uri. The port picks the listener. */
  readonly endpoint: HttpEndpoint;
  /** Whether the certificate has to be a trusted one that names the endpoint's host. */
  readonly verifiesCertificate: boolean;
}

/** Scheme, host and port of a URL. */
export interface HttpEndpoint {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
}

/** A request cannot reach the load balancer. */
export class VpcLinkError extends Error {
  override readonly name = "VpcLinkError";
  readonly reason: VpcLinkErrorReason;

  constructor(reason: VpcLinkErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** `blocked`: the connection is never answered. `configuration`: it is, and then TLS or HTTP fails. */
export type VpcLinkErrorReason = "blocked" | "configuration";
