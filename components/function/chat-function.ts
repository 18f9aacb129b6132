import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { limits } from "../../contract/limits.ts";
import { checkArgument } from "../argument-rule.ts";
import { type ModelArgs, maxTokensRule, modelEnvironment, modelStatements } from "../chat/model-access.ts";
import { invokeOptions } from "../look-up.ts";
import { NodeFunction, type NodeFunctionArgs } from "./node-function.ts";

/** Arguments of the chat function besides those of every function. */
export interface ChatFunctionArgs
  extends
    ModelArgs,
    Pick<NodeFunctionArgs, "corsOrigins" | "tracing" | "architecture" | "logRetentionDays" | "tags"> {}

const entry = join(import.meta.dirname, "..", "..", "lambda", "chat", "index.ts");

/**
 * Lambda's longest. What ends a chat is its tokens, a silent model or a reader that takes nothing, long before; a shorter
 * timeout would only cut slow answers off.
 */
const TIMEOUT_SECONDS = limits.lambdaTimeoutMilliseconds.value / 1000;

/** A chat waits on the network; what needs the processor, of which memory is the measure, is loading the SDK. */
const MEMORY_MIB = 512;

/** None reserved: Bedrock's own quotas bound the account's chats, and throttle and quota those of a caller. */
const MAX_CONCURRENCY = 0;

/** The function that streams a Bedrock model's answers: the code in `lambda/chat`. */
export class ChatFunction extends NodeFunction {
  constructor(name: string, args: ChatFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArgument("maxTokens", args.maxTokens, maxTokensRule);
    super(
      name,
      {
        description: "Streams answers from Bedrock",
        entry,
        environment: modelEnvironment(args),
        corsOrigins: args.corsOrigins ?? [],
        tracing: args.tracing ?? false,
        statements: modelStatements(args, invokeOptions(opts)),
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMiB: MEMORY_MIB,
        maxConcurrency: MAX_CONCURRENCY,
        architecture: args.architecture,
        logRetentionDays: args.logRetentionDays,
        tags: args.tags,
      },
      opts,
    );
  }
}
