import { readCorsOrigins } from "../../core/cors.ts";
import { createS3Client, readStoreConfiguration } from "../../core/object-stream/index.ts";
import { createDownloadHandler } from "./handler.ts";

const { bucket, keyPrefix, logKeys } = readStoreConfiguration(process.env);

/** What Lambda calls. */
export const handler = awslambda.streamifyResponse(
  createDownloadHandler({
    store: { client: createS3Client(), bucket, keyPrefix },
    logKeys,
    corsOrigins: readCorsOrigins(process.env),
    // console.log would put a time stamp and a level ahead of the JSON text.
    writeLog: (line) => process.stdout.write(`${line}\n`),
  }),
);
