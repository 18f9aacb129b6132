export { ChatFunction, type ChatFunctionArgs } from "./chat-function.ts";
export { ConfigError, type StreamgateConfig, parseConfig } from "./config/streamgate-config.ts";
export { DownloadFunction, type DownloadFunctionArgs } from "./download-function.ts";
export { AccountLogging, type AccountLoggingArgs } from "./parts/account-logging.ts";
export { ApiKeyAccess, type ApiKeyAccessArgs } from "./parts/api-key-access.ts";
export { DownloadBucket, type DownloadBucketArgs } from "./parts/download-bucket.ts";
export { NodeFunction, type NodeFunctionArgs } from "./parts/node-function.ts";
export { type LambdaRoute, StreamingLambdaApi, type StreamingLambdaApiArgs } from "./streaming-lambda-api.ts";
export { keptOnDestroy } from "./rules/kept-on-destroy.ts";
