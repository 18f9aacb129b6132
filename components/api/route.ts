import { type ArgumentRule, checkArgument } from "../argument-rule.ts";
import { InputError } from "../input-error.ts";

/** The HTTP methods a REST API method can be declared for. */
export const httpMethods = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** Format: `GET /download/{key+}`. */
export type RouteKey = `${HttpMethod} /${string}`;

/** A route key taken apart. */
export interface Route {
  readonly method: HttpMethod;
  /** Format: `/download/{key+}`. */
  readonly path: string;
  /** The path's parts in order; empty for `/`. */
  readonly segments: readonly string[];
}

const literalSegment = /^[A-Za-z0-9._-]+$/;
const parameterSegment = /^\{[A-Za-z0-9._-]+\}$/;
const greedySegment = /^\{[A-Za-z0-9._-]+\+\}$/;

/** @throws InputError naming the route and what is wrong with it. */
export function parseRoute(key: string): Route {
  const refuse = (reason: string): never => {
    throw new InputError(`route "${key}" ${reason}; write it like "GET /download/{key+}"`);
  };
  const [methodName, path, ...rest] = key.split(" ");
  const method = httpMethods.find((known) => known === methodName);
  if (method === undefined) return refuse(`has an unknown method; allowed: ${httpMethods.join(", ")}`);
  if (path === undefined || !path.startsWith("/") || rest.length > 0)
    return refuse("needs one path that starts with /");
  const segments = path === "/" ? [] : path.slice(1).split("/");
  segments.forEach((segment, index) => {
    if (greedySegment.test(segment)) {
      if (index < segments.length - 1) refuse(`has ${segment} before the end`);
    } else if (!literalSegment.test(segment) && !parameterSegment.test(segment)) {
      refuse(`has a part "${segment}" that is neither a name nor a {parameter}`);
    }
  });
  return { method, path, segments };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export const stageRule: ArgumentRule<string> = {
  allowed: "1 to 128 of A-Z, a-z, 0-9, - and _",
  accepts: (stage) => /^[A-Za-z0-9_-]{1,128}$/.test(stage),
};

/**
 * Checks what one route alone cannot show.
 *
 * @throws InputError for a stage that API Gateway does not take, and when two parameters share a place (API Gateway has one child parameter a resource) or the stage
 * is called like a first path segment, which makes URLs ambiguous to people and to path-stripping proxies.
 */
export function checkRoutes(routes: readonly Route[], stage: string): void {
  checkArgument("stage", stage, stageRule);
  const parameterAt = new Map<string, string>();
  for (const { path, segments } of routes) {
    if (segments[0] === stage)
      throw new InputError(`stage "${stage}" is also the first part of route path ${path}; choose another`);
    segments.forEach((segment, index) => {
      if (!segment.startsWith("{")) return;
      const parent = `/${segments.slice(0, index).join("/")}`;
      const other = parameterAt.get(parent) ?? segment;
      if (other !== segment)
        throw new InputError(`${parent} has two parameters, ${other} and ${segment}; use one name`);
      parameterAt.set(parent, segment);
    });
  }
}
