export { apiKeyAuthorizer, noCredentials, type AuthorizedRequest, type Authorizer } from "./authorizer.ts";
export { ClientError, type ClientErrorCode } from "./client-error.ts";
export {
  DEFAULT_CONCURRENCY,
  DEFAULT_RANGE_BYTES,
  downloadObject,
  ObjectDownload,
  type DownloadOptions,
  type IncrementalHash,
} from "./download/download-object.ts";
export type { ByteRange } from "./download/byte-range.ts";
export type { ObjectDescription } from "./download/object-description.ts";
export type { DownloadProgress } from "./download/progress.ts";
export type { KnownObject, WriteBytes } from "./download/range-reader.ts";
export { defaultRetryPolicy, type RetryPolicy } from "./retry-policy.ts";
export { streamChat, type ChatOptions, type StreamedChatEvent } from "./chat/stream-chat.ts";
