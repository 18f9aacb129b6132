import { checkArgument } from "../argument-rule.ts";
import { keyPrefixRule } from "../bucket/key-prefix.ts";
import {
  type DownloadAccessArgs,
  downloadEnvironment,
  downloadStatements,
} from "../bucket/download-access.ts";
import type { LambdaFunctionArgs } from "./lambda-function.ts";

/** Arguments of a download function, in any runtime. */
export interface DownloadFunctionArgs
  extends DownloadAccessArgs, Omit<LambdaFunctionArgs, "description" | "environment" | "statements"> {
  /**
   * Whether callers need no credentials. Otherwise shared caches are told to keep nothing, however an object was stored.
   *
   * Default: false.
   */
  readonly isPublic?: boolean;
}

/** Makes a function's arguments: its environment, its policy statements, and the rest as given. */
export function downloadFunctionArgs(args: DownloadFunctionArgs): Omit<LambdaFunctionArgs, "description"> {
  checkArgument("keyPrefix", args.keyPrefix, keyPrefixRule);
  return {
    environment: downloadEnvironment(args, args.isPublic ?? false),
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
