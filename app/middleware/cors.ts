import { withCorsHeaders } from "../../core/cors.ts";
import type { AppMiddleware } from "../app-state.ts";

/** Lets pages of these origins read every answer, errors too. */
export function cors(corsOrigins: readonly string[]): AppMiddleware {
  return (ctx, next) => {
    ctx.set(withCorsHeaders({}, ctx.req.headers.origin, corsOrigins));
    return next();
  };
}
