import type { IncomingMessage } from "node:http";
import { Refusal } from "../../core/refusal.ts";
import type { AppContext, AppMiddleware } from "../app-state.ts";
import { type Access, mayAnswer } from "./route-access.ts";

/**
 * Answers a request, or throws the Refusal to answer it with.
 *
 * @param path As `Route.matches` took it.
 */
export type Handler = (ctx: AppContext, path: string) => void | Promise<void>;

/** What answers under some paths. */
export interface Route {
  /** What the log calls it. Format: `/download/{key}`. */
  readonly name: string;
  /** @param path As it was sent, with its percent escapes, and without the query. */
  readonly matches: (path: string) => boolean;
  readonly methods: Readonly<Record<string, Handler>>;
  /** Default: `protected`. */
  readonly access?: Access;
}

/** A route with one path. */
export function exactRoute(path: string, methods: Route["methods"], access: Access = "protected"): Route {
  return { name: path, matches: (candidate) => candidate === path, methods, access };
}

/** The path of a request as it was sent. Koa's own ends at a `#`, which clients may send, meaning a character. */
function rawPath({ url = "" }: IncomingMessage): string {
  return url.split("?", 1).join();
}

/**
 * Hands a request to the first route that takes its path, of those that it may be answered on.
 *
 * @param stage Of the API in front. AWS's pages disagree on whether it stands in the path behind a VPC link, so a path that
 * no route takes is tried without it too; one that a route takes is never read that way. Empty where there is no API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
 * @throws Refusal `not_found`, or `method_not_allowed` with the methods that are.
 */
export function routing(routes: readonly Route[], stage: string): AppMiddleware {
  const find = (path: string, request: IncomingMessage) => {
    const route = routes.find(({ matches, access = "protected" }) => {
      return matches(path) && mayAnswer(request, access, stage !== "");
    });
    return route && { route, path };
  };
  return (ctx) => {
    const sentPath = rawPath(ctx.req);
    const found = find(sentPath, ctx.req) ?? find(withoutStage(sentPath, stage), ctx.req);
    if (found === undefined) throw new Refusal("not_found");
    const { route, path } = found;
    ctx.state.route = route.name;
    const handler = Object.hasOwn(route.methods, ctx.method) ? route.methods[ctx.method] : undefined;
    if (handler === undefined) {
      const headers = { Allow: Object.keys(route.methods).join(", ") };
      throw new Refusal("method_not_allowed", undefined, { headers });
    }
    return handler(ctx, path);
  };
}

/** @returns The path as it is when it does not begin with the stage. */
function withoutStage(path: string, stage: string): string {
  if (stage === "" || (path !== `/${stage}` && !path.startsWith(`/${stage}/`))) return path;
  return path.slice(stage.length + 1) || "/";
}
