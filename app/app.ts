import Koa from "koa";
import type { ChatService } from "../core/chat-http/index.ts";
import type { HttpService } from "../core/http.ts";
import type { AppMiddleware, AppState } from "./app-state.ts";
import type { ChatMetrics } from "./chat-metrics.ts";
import { cors } from "./middleware/cors.ts";
import { errors } from "./middleware/errors.ts";
import { requestLog } from "./middleware/request-log.ts";
import { routing } from "./middleware/routing.ts";
import type { OpenStreams } from "./open-streams.ts";
import { downloadRoute } from "./routes/download.ts";
import { healthRoute, readyRoute } from "./routes/health.ts";
import { pageRoute } from "./routes/page.ts";
import { streamRoute } from "./routes/stream.ts";
import type { Shutdown } from "./shutdown.ts";

/** What the app works with. */
export interface AppParts {
  readonly chat: ChatService;
  /** `undefined`: there are no downloads. */
  readonly downloads: HttpService | undefined;
  /** Folder of the page; `undefined`: there is none. */
  readonly pageFolder: string | undefined;
  /** Of the API in front, which marks its requests; empty: there is none. */
  readonly stage: string;
  /** The origins whose pages may read the answers. */
  readonly corsOrigins: readonly string[];
  readonly streams: OpenStreams;
  readonly shutdown: Shutdown;
  readonly metrics: ChatMetrics;
  /** Takes a line of the log, without its end. */
  readonly writeLogLine: (line: string) => void;
}

/** The app without its server. */
export function createApp({
  chat,
  downloads,
  pageFolder,
  stage,
  corsOrigins,
  streams,
  shutdown,
  metrics,
  writeLogLine,
}: AppParts): Koa<AppState, object> {
  const app = new Koa<AppState, object>();
  app.use(requestLog(writeLogLine));
  app.use(lastOnConnection(shutdown));
  app.use(cors(corsOrigins));
  app.use(errors);
  app.use(
    routing(
      [
        healthRoute(),
        readyRoute(shutdown),
        streamRoute(chat, streams, metrics),
        ...(downloads ? [downloadRoute(downloads, streams)] : []),
        ...(pageFolder === undefined ? [] : [pageRoute(pageFolder)]),
      ],
      stage,
    ),
  );
  // Errors of connections, which Koa would print. The log has them in the line of their request.
  app.on("error", () => {});
  return app;
}

/** Once the task is to end, no connection is kept for another request. */
function lastOnConnection(shutdown: Shutdown): AppMiddleware {
  return (ctx, next) => {
    if (shutdown.hasBegun) ctx.set("Connection", "close");
    return next();
  };
}
