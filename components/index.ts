export { type ApiArgs } from "./api-args.ts";
export { ChatFunction, type ChatFunctionArgs } from "./chat-function.ts";
export { ConfigError, type StreamgateConfig, parseConfig } from "./config/streamgate-config.ts";
export { DownloadFunction } from "./download-function.ts";
export { AccountLogging, type AccountLoggingArgs } from "./parts/account-logging.ts";
export { ApiKeyAccess, type ApiKeyAccessArgs } from "./parts/api-key-access.ts";
export { checkExistingBucket, type ExistingBucketArgs } from "./parts/existing-bucket.ts";
export { vpcLinkZones } from "./parts/vpc-link-zones.ts";
export { type ListenerCertificate } from "./parts/chat-load-balancer.ts";
export { type DownloadAccessArgs, type DownloadFunctionArgs } from "./parts/download-access.ts";
export { type ExistingNetwork, type NetworkArgs, type NewNetwork } from "./parts/private-network.ts";
export { DownloadBucket, type DownloadBucketArgs } from "./parts/download-bucket.ts";
export { NodeFunction, type NodeFunctionArgs } from "./parts/node-function.ts";
export {
  PythonDownloadFunction,
  type PythonDownloadFunctionArgs,
  vendorDownloadPackages,
} from "./python-download-function.ts";
export { PrivateChatService, type PrivateChatServiceArgs } from "./private-chat-service.ts";
export { type LambdaRoute, StreamingLambdaApi, type StreamingLambdaApiArgs } from "./streaming-lambda-api.ts";
export { keptOnDestroy } from "./rules/kept-on-destroy.ts";
