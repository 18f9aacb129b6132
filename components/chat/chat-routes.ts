import { readdirSync } from "node:fs";
import { join } from "node:path";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { limits } from "../../contract/limits.ts";
import { routeAccess } from "../../contract/route-access.ts";
import { type RouteKey, parseRoute } from "../api/route.ts";
import type { ChatLoadBalancer } from "./chat-load-balancer.ts";
import type { RestApiRoute } from "../api/rest-api.ts";
import type { VpcLinkIntegration } from "../api/route-integration.ts";

/** Routes of the chat API. The container knows its own routes; listed here are those that need no credentials. */
interface ChatRouteKeys {
  readonly all: readonly RouteKey[];
  readonly keyless: readonly RouteKey[];
}

type RoutePath = `/${string}`;

/** Files of the page besides its HTML: the image has the same folder. */
const assetsFolder = join(import.meta.dirname, "..", "..", "app", "public", "assets");

/**
 * Each asset is a resource of its own: a parameter for all of them would take whatever reads as a path further on.
 *
 * @param withPage Whether there is a page, which everybody may load: its key is what the reader types into it.
 */
export function chatRouteKeys(withPage: boolean): ChatRouteKeys {
  const paths: readonly RoutePath[] = ["/health", ...(withPage ? (["/", ...assetPaths()] as const) : [])];
  const keyless = paths.flatMap((path): RouteKey[] => [`GET ${path}`, `HEAD ${path}`]);
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
      {
        integration: linkIntegration(key, keyless.includes(key), link, loadBalancer),
        isPublic: keyless.includes(key),
      },
    ]),
  );
}

function assetPaths(): RoutePath[] {
  return readdirSync(assetsFolder)
    .sort()
    .map((name) => `/assets/${name}` as const);
}

function linkIntegration(
  key: RouteKey,
  isPublic: boolean,
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
    headers: { [routeAccess.header]: isPublic ? routeAccess.public : routeAccess.protected },
  };
}
