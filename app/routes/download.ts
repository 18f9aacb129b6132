import type { HttpService } from "../../core/http.ts";
import { serve } from "../answer.ts";
import type { Handler, Route } from "../middleware/routing.ts";
import type { OpenStreams } from "../open-streams.ts";

const PREFIX = "/download/";

/** `GET` and `HEAD /download/{key}`, with the responses of the function behind the download API, of any size. */
export function downloadRoute(service: HttpService, streams: OpenStreams): Route {
  const answer: Handler = (ctx, path) =>
    serve(ctx, service, { path: path.slice(PREFIX.length), signal: streams.open(ctx.res, "download") });
  return {
    name: "/download/{key}",
    matches: (path) => path.startsWith(PREFIX),
    methods: { GET: answer, HEAD: answer },
  };
}
