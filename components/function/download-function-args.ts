import { checkArgument } from "../argument-rule.ts";
import { keyPrefixRule } from "../bucket/key-prefix.ts";
import {
  type DownloadAccessArgs,
  downloadEnvironment,
  downloadStatements,
} from "../bucket/download-access.ts";
import type { LambdaFunctionArgs } from "./lambda-function.ts";

/** What a function that serves them needs, whatever it is written in, besides what every function has. */
export interface DownloadFunctionArgs
  extends DownloadAccessArgs, Omit<LambdaFunctionArgs, "description" | "environment" | "statements"> {}

/** What such a function is made with: what it is told, what it may do, and the rest as it was given. */
export function downloadFunctionArgs(args: DownloadFunctionArgs): Omit<LambdaFunctionArgs, "description"> {
  checkArgument("keyPrefix", args.keyPrefix, keyPrefixRule);
  return {
    environment: downloadEnvironment(args),
    statements: downloadStatements(args),
    corsOrigins: args.corsOrigins ?? [],
    tracing: args.tracing ?? false,
    timeoutSeconds: args.timeoutSeconds,
    memoryMiB: args.memoryMiB,
    maxConcurrency: args.maxConcurrency,
    architecture: args.architecture,
    logRetentionDays: args.logRetentionDays,
    tags: args.tags,
  };
}
