import { readCorsOrigins } from "../../core/cors.ts";
import { createS3Client, readStoreConfiguration } from "../../core/object-stream/index.ts";
import { createDownloadHandler } from "./handler.ts";

const { logKeys, ...served } = readStoreConfiguration(process.env);

/** What Lambda calls. */
export const handler = awslambda.streamifyResponse(
  createDownloadHandler({
    store: { client: createS3Client(), ...served },
    logKeys,
    corsOrigins: readCorsOrigins(process.env),
    // console.log would put a time stamp and a level ahead of the JSON text.
    writeLog: (line) => process.stdout.write(`${line}\n`),
  }),
);
