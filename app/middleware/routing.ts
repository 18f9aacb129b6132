import type { IncomingMessage } from "node:http";
import { Refusal } from "../../core/refusal.ts";
import type { AppContext, AppMiddleware } from "../app-state.ts";

/** Answers a request, or throws the Refusal to answer it with. */
export type Handler = (ctx: AppContext) => void | Promise<void>;

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
export function rawPath({ url = "" }: IncomingMessage): string {
  return url.split("?", 1).join();
}

/**
 * Hands a request to the first route that takes its path.
 *
 * @throws Refusal `not_found`, or `method_not_allowed` with the methods that are.
 */
export function routing(routes: readonly Route[]): AppMiddleware {
  return (ctx) => {
    const path = rawPath(ctx.req);
    const route = routes.find(({ matches }) => matches(path));
    if (route === undefined) throw new Refusal("not_found");
    ctx.state.route = route.name;
    const handler = Object.hasOwn(route.methods, ctx.method) ? route.methods[ctx.method] : undefined;
    if (handler === undefined) {
      const headers = { Allow: Object.keys(route.methods).join(", ") };
      throw new Refusal("method_not_allowed", undefined, { headers });
    }
    return handler(ctx);
  };
}
