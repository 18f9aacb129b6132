import type { IncomingMessage } from "node:http";
import { Refusal } from "../../core/refusal.ts";
import type { AppContext, AppMiddleware } from "../app-state.ts";

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
}

/** A route with one path. */
export function exactRoute(path: string, methods: Route["methods"]): Route {
  return { name: path, matches: (candidate) => candidate === path, methods };
}

/** The path of a request as it was sent. Koa's own ends at a `#`, which clients may send, meaning a character. */
function rawPath({ url = "" }: IncomingMessage): string {
  return url.split("?", 1).join();
}

/**
 * Hands a request to the first route that takes its path.
 *
 * @param stage Of the API in front. AWS's pages disagree on whether it stands in the path behind a VPC link, so a path that
 * no route takes is tried without it too; one that a route takes is never read that way.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
 * @throws Refusal `not_found`, or `method_not_allowed` with the methods that are.
 */
export function routing(routes: readonly Route[], stage: string): AppMiddleware {
  const find = (path: string) => {
    const route = routes.find(({ matches }) => matches(path));
    return route && { route, path };
  };
  return (ctx) => {
    const sentPath = rawPath(ctx.req);
    const found = find(sentPath) ?? find(withoutStage(sentPath, stage));
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
