import { createS3Client } from "../../core/object-stream/index.ts";
import { readConfiguration } from "./configuration.ts";
import { createDownloadHandler } from "./handler.ts";

const { bucket, keyPrefix, logKeys } = readConfiguration(process.env);

/** What Lambda calls. */
export const handler = awslambda.streamifyResponse(
  createDownloadHandler({
    store: { client: createS3Client(), bucket, keyPrefix },
    logKeys,
    // console.log would put a time stamp and a level ahead of the JSON text.
    writeLog: (line) => process.stdout.write(`${line}\n`),
  }),
);
