export { lastLines } from "./conditional-headers.ts";
export { decodeObjectKey } from "./object-key.ts";
export { downloadFailureFields, DownloadRecord, type DownloadLogFields } from "./object-log.ts";
export { ObjectReader, type ObjectStore } from "./object-reader.ts";
export { openObject, type ObjectAnswer, type ObjectRequest, type OpenObjectOptions } from "./open-object.ts";
export { createS3Client, type S3ClientOptions } from "./s3-client.ts";
export { S3ReadError } from "./s3-read-error.ts";
export { readStoreConfiguration, type StoreConfiguration } from "./store-configuration.ts";
export { BrokenBodyError } from "./self-healing-body.ts";
