import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { downloadAccess, type DownloadAccessArgs } from "./parts/download-access.ts";
import type { LambdaFunctionArgs } from "./parts/lambda-function.ts";
import { NodeFunction } from "./parts/node-function.ts";

/** What the download function needs besides what every function has. */
export interface DownloadFunctionArgs
  extends DownloadAccessArgs, Omit<LambdaFunctionArgs, "description" | "environment" | "statements"> {}

const entry = join(import.meta.dirname, "..", "lambda", "download", "index.ts");

/** The function that streams objects of one bucket: the code in `lambda/download`. */
export class DownloadFunction extends NodeFunction {
  constructor(name: string, args: DownloadFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      {
        description: "Streams objects from S3",
        entry,
        ...downloadAccess(args),
        corsOrigins: args.corsOrigins ?? [],
        tracing: args.tracing ?? false,
        timeoutSeconds: args.timeoutSeconds,
        memoryMiB: args.memoryMiB,
        maxConcurrency: args.maxConcurrency,
        architecture: args.architecture,
        logRetentionDays: args.logRetentionDays,
        tags: args.tags,
      },
      opts,
    );
  }
}
