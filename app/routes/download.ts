import {
  decodeObjectKey,
  downloadFailureFields,
  DownloadRecord,
  lastLines,
  ObjectReader,
  openObject,
  type ObjectRequest,
  type ObjectStore,
} from "../../core/object-stream/index.ts";
import { send } from "../answer.ts";
import type { AppContext } from "../app-state.ts";
import type { Handler, Route } from "../middleware/routing.ts";
import type { OpenStreams } from "../open-streams.ts";

const PREFIX = "/download/";

/** What is served, and how it is logged. */
export interface ServedObjects {
  readonly store: ObjectStore;
  /** Whether the log may name objects. */
  readonly logKeys: boolean;
}

/** `GET` and `HEAD /download/{key}`, with the answers the function behind the download API gives, of any size. */
export function downloadRoute({ store, logKeys }: ServedObjects, streams: OpenStreams): Route {
  const answer: Handler = async (ctx, path) => {
    const record = new DownloadRecord(logKeys);
    ctx.state.describe = (entry) => record.describe(entry);
    ctx.state.failureFields = downloadFailureFields;
    record.key = decodeObjectKey(path.slice(PREFIX.length));
    record.reader = new ObjectReader(store, record.key, streams.open(ctx.res, "download"));
    const opened = await openObject(readRequest(ctx), record.reader);
    record.objectBytes = opened.objectSize;
    await send(ctx, opened);
  };
  return {
    name: "/download/{key}",
    matches: (path) => path.startsWith(PREFIX),
    methods: { GET: answer, HEAD: answer },
  };
}

function readRequest(ctx: AppContext): ObjectRequest {
  const query = new URLSearchParams(ctx.querystring);
  // Of a repeated parameter the last counts, as it does in API Gateway.
  const disposition = query.getAll("disposition").at(-1);
  const filename = query.getAll("filename").at(-1);
  return {
    method: ctx.method === "HEAD" ? "HEAD" : "GET",
    headers: lastLines(ctx.req.headersDistinct),
    parameters: {
      ...(disposition !== undefined && { disposition }),
      ...(filename !== undefined && { filename }),
    },
  };
}
