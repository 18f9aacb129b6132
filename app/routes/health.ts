import { Refusal } from "../../core/refusal.ts";
import { exactRoute, type Handler, type Route } from "../middleware/routing.ts";
import type { Shutdown } from "../shutdown.ts";

/** `GET /health`: whether the process works. ECS replaces a task that does not. */
export function healthRoute(): Route {
  const answer = probe("healthy");
  return exactRoute("/health", { GET: answer, HEAD: answer }, "public");
}

/** `GET /ready`: whether the load balancer should send requests here. */
export function readyRoute(shutdown: Shutdown): Route {
  const ready = probe("ready");
  const answer: Handler = (ctx, path) => {
    if (shutdown.hasBegun) throw new Refusal("slow_down", "This server is being replaced.");
    return ready(ctx, path);
  };
  return exactRoute("/ready", { GET: answer, HEAD: answer }, "probe");
}

function probe(status: string): Handler {
  return (ctx) => {
    ctx.state.isProbe = true;
    ctx.set("Cache-Control", "no-store");
    ctx.set("Content-Type", "application/json");
    ctx.set("X-Content-Type-Options", "nosniff");
    ctx.body = JSON.stringify({ status });
  };
}
