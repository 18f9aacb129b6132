import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { limits } from "../../contract/limits.ts";
import { type RouteKey, parseRoute } from "../api/route.ts";
import type { ChatLoadBalancer } from "./chat-load-balancer.ts";
import type { RestApiRoute } from "../api/rest-api.ts";
import type { VpcLinkIntegration } from "../api/route-integration.ts";

/** What API Gateway hands to the container, which knows its routes; named apart is what needs no credentials. */
interface ChatRouteKeys {
  readonly all: readonly RouteKey[];
  readonly keyless: readonly RouteKey[];
}

/** @param withPage Whether there is a page, which everybody may load: its key is what the reader types into it. */
export function chatRouteKeys(withPage: boolean): ChatRouteKeys {
  const keyless: RouteKey[] = ["GET /health"];
  if (withPage) keyless.push("GET /", "GET /assets/{proxy+}");
  return { all: ["ANY /", "ANY /{proxy+}", ...keyless], keyless };
}

/** The same routes with what is behind them. The uri is the whole path that the container sees: the stage is no part of it. */
export function chatRoutes(
  { all, keyless }: ChatRouteKeys,
  link: aws.apigatewayv2.VpcLink,
  loadBalancer: ChatLoadBalancer,
): Readonly<Record<RouteKey, RestApiRoute>> {
  return Object.fromEntries(
    all.map((key) => [
      key,
      { integration: linkIntegration(key, link, loadBalancer), isPublic: keyless.includes(key) },
    ]),
  );
}

function linkIntegration(
  key: RouteKey,
  link: aws.apigatewayv2.VpcLink,
  loadBalancer: ChatLoadBalancer,
): VpcLinkIntegration {
  const { method, path } = parseRoute(key);
  return {
    type: "HTTP_PROXY",
    integrationHttpMethod: method,
    connectionType: "VPC_LINK",
    connectionId: link.id,
    integrationTarget: loadBalancer.arn,
    uri: pulumi.interpolate`${loadBalancer.origin}${path.replace("{proxy+}", "{proxy}")}`,
    responseTransferMode: "STREAM",
    timeoutMilliseconds: limits.gatewayStreamTimeoutMilliseconds.value,
    pathParameters: path.endsWith("{proxy+}") ? ["proxy"] : [],
  };
}
