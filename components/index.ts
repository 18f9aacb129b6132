export { type ApiArgs } from "./api/api-args.ts";
export { ChatFunction, type ChatFunctionArgs } from "./function/chat-function.ts";
export { ConfigError, type StreamgateConfig, parseConfig } from "./config/streamgate-config.ts";
export { DownloadFunction } from "./function/download-function.ts";
export { AccountLogging, type AccountLoggingArgs } from "./api/account-logging.ts";
export { ApiKeyAccess, type ApiKeyAccessArgs } from "./api/api-key-access.ts";
export { checkExistingBucket, type ExistingBucketArgs } from "./bucket/existing-bucket.ts";
export { vpcLinkZones } from "./chat/vpc-link-zones.ts";
export { type ListenerCertificate } from "./chat/chat-load-balancer.ts";
export { type DownloadAccessArgs } from "./bucket/download-access.ts";
export { type DownloadFunctionArgs } from "./function/download-function-args.ts";
export { type ExistingNetwork, type NetworkArgs, type NewNetwork } from "./chat/private-network.ts";
export { DownloadBucket, type DownloadBucketArgs } from "./bucket/download-bucket.ts";
export { checkReservedConcurrency } from "./function/check-reserved-concurrency.ts";
export { type ReservedConcurrency } from "./function/reserved-concurrency.ts";
export { NodeFunction, type NodeFunctionArgs } from "./function/node-function.ts";
export {
  PythonDownloadFunction,
  type PythonDownloadFunctionArgs,
  vendorDownloadPackages,
} from "./function/python-download-function.ts";
export { PrivateChatService, type PrivateChatServiceArgs } from "./chat/private-chat-service.ts";
export {
  type LambdaRoute,
  StreamingLambdaApi,
  type StreamingLambdaApiArgs,
} from "./api/streaming-lambda-api.ts";
export { currentRegion } from "./look-up.ts";
export { keptOnDestroy } from "./config/kept-on-destroy.ts";
