import { LARGEST_LAMBDA_DOWNLOAD_BYTES } from "../../contract/limits.ts";
import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import { downloadService, type DownloadServiceOptions } from "../../core/object-stream/index.ts";
import type { StreamingHandler } from "../awslambda.ts";
import { createServiceHandler, type HandlerOptions } from "../streaming-handler.ts";

/** What the handler works with. */
export interface DownloadHandlerOptions
  extends HandlerOptions, Pick<DownloadServiceOptions, "store" | "logKeys"> {}

/** Makes the function behind `GET` and `HEAD /download/{key+}`. */
export function createDownloadHandler({
  store,
  logKeys,
  ...options
}: DownloadHandlerOptions): StreamingHandler<RestProxyEvent> {
  return createServiceHandler(
    downloadService({ store, logKeys, largestBytes: LARGEST_LAMBDA_DOWNLOAD_BYTES }),
    options,
  );
}
