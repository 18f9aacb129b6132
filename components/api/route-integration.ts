import type * as pulumi from "@pulumi/pulumi";
import type { ResponseTransferMode } from "./lambda-proxy-integration.ts";

/** Integration of a route, as a value: `RestApi` makes the API Gateway resources for it. */
export type RouteIntegration = LambdaProxyIntegration | VpcLinkIntegration;

/** A Lambda function. */
export interface LambdaProxyIntegration {
  readonly type: "AWS_PROXY";
  readonly integrationHttpMethod: "POST";
  readonly uri: pulumi.Input<string>;
  readonly responseTransferMode: pulumi.Input<ResponseTransferMode>;
  readonly timeoutMilliseconds: pulumi.Input<number>;
}

/** A load balancer in a network of its own, behind a VPC link v2. */
export interface VpcLinkIntegration {
  readonly type: "HTTP_PROXY";
  /** `ANY` passes the method on as it came. */
  readonly integrationHttpMethod: string;
  readonly connectionType: "VPC_LINK";
  /** The link's id. */
  readonly connectionId: pulumi.Input<string>;
  /** The load balancer's ARN. A link v2 is refused without it. */
  readonly integrationTarget: pulumi.Input<string>;
  /**
   * URI of the request to the load balancer: scheme, port (which picks the listener), Host and path. The stage is not added.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
   */
  readonly uri: pulumi.Input<string>;
  readonly responseTransferMode: "STREAM";
  readonly timeoutMilliseconds: number;
  /** Path parameters that the uri names, as in `.../{proxy}`. Format: `["proxy"]`. */
  readonly pathParameters: readonly string[];
  /** Headers that API Gateway sets, whatever the caller sent. Shape: values without quotes. */
  readonly headers: Readonly<Record<string, string>>;
}
