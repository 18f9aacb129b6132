import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { limits } from "../../contract/limits.ts";
import type { RouteKey } from "../rules/route.ts";
import type { ChatLoadBalancer } from "./chat-load-balancer.ts";
import type { RestApiRoute } from "./rest-api.ts";
import type { VpcLinkIntegration } from "./route-integration.ts";

/**
 * Everything goes to the container, which knows its routes; named here is what needs no credentials. The uri is the whole
 * path the container sees: the stage is no part of it.
 */
export function chatRoutes(
  link: aws.apigatewayv2.VpcLink,
  loadBalancer: ChatLoadBalancer,
  withPage: boolean,
): Readonly<Record<RouteKey, RestApiRoute>> {
  const to = (integrationHttpMethod: string, path: string): VpcLinkIntegration => ({
    type: "HTTP_PROXY",
    integrationHttpMethod,
    connectionType: "VPC_LINK",
    connectionId: link.id,
    integrationTarget: loadBalancer.arn,
    uri: pulumi.interpolate`${loadBalancer.origin}${path}`,
    responseTransferMode: "STREAM",
    timeoutMilliseconds: limits.gatewayStreamTimeoutMilliseconds.value,
    pathParameters: path.includes("{proxy}") ? ["proxy"] : [],
  });
  return {
    "ANY /": { integration: to("ANY", "/") },
    "ANY /{proxy+}": { integration: to("ANY", "/{proxy}") },
    "GET /health": { integration: to("GET", "/health"), isPublic: true },
    ...(withPage && {
      "GET /": { integration: to("GET", "/"), isPublic: true },
      "GET /assets/{proxy+}": { integration: to("GET", "/assets/{proxy}"), isPublic: true },
    }),
  };
}
