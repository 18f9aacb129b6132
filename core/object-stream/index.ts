export { BrokenBodyError } from "../broken-body-error.ts";
export { readDownloadPlan, type DownloadPlan } from "./download-plan.ts";
export { downloadService, type DownloadServiceOptions } from "./download-service.ts";
export type { DownloadLogFields } from "./object-log.ts";
export { ObjectReader, type ObjectStore } from "./object-reader.ts";
export { openObject, type ObjectAnswer, type OpenObjectOptions } from "./open-object.ts";
export { createS3Client, type S3ClientOptions } from "./s3-client.ts";
export { S3ReadError } from "./s3-read-error.ts";
export { readStoreConfiguration, type StoreConfiguration } from "./store-configuration.ts";
