import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "../argument-rule.ts";
import { corsEnvironment } from "../api/cors.ts";
import { type PolicyStatement, writeLogStatement, writeTracesStatement } from "../policy-statements.ts";
import { type Tags, tagRule } from "../tags.ts";
import { policyJson } from "../policy-text.ts";
import { roleNameRule } from "../component-name.ts";
import { logRetentionRule } from "../log-retention.ts";
import { environmentRule } from "./environment-size.ts";
import { functionSizeRules } from "./function-size.ts";
import { functionTrustPolicy } from "../trust-policy.ts";

/** Arguments of every function, in any runtime. */
export interface LambdaFunctionArgs {
  /** Shown in the console. */
  readonly description: string;
  /**
   * The variables the code reads, besides those Lambda sets.
   *
   * Errors: more than 4 KB in all, those for `corsOrigins` included; thrown by the constructor before anything is registered.
   */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Origins whose pages may read the answers, for code that reads `CORS_ORIGINS`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Whether X-Ray records invocations. Default: false. */
  readonly tracing?: boolean;
  /** Policy statements besides those for the function's own log. */
  readonly statements: pulumi.Input<readonly PolicyStatement[]>;
  /** Longest one invocation may take. Shape: whole seconds, 1 to 900. */
  readonly timeoutSeconds: number;
  /** Shape: 128 to 10240; more memory is more CPU. */
  readonly memoryMiB: number;
  /** Most invocations at a time, which bounds the bill; 0 reserves none and leaves the account's own limit. */
  readonly maxConcurrency: number;
  /** Processor. arm64 costs less per second. */
  readonly architecture: "arm64" | "x86_64";
  /** Shape: days, one of the periods CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** For the function, its role and its log group. */
  readonly tags: Tags;
}

/** A function's code, and what runs it. */
export interface LambdaCode {
  readonly runtime: aws.lambda.Runtime;
  readonly handler: string;
  readonly code: pulumi.Input<pulumi.asset.Archive>;
  readonly layers?: pulumi.Input<string>[];
}

/** A function with a role and a log group of its own. */
export class LambdaFunction extends pulumi.ComponentResource {
  /** To put behind a route. */
  readonly function: aws.lambda.Function;

  /**
   * @param type Part of the children's identity: `streamgate:parts:` and the name of the class.
   * @throws InputError for a name, a size, tags or variables that AWS does not take.
   */
  constructor(
    type: string,
    name: string,
    { runtime, handler, code, layers }: LambdaCode,
    args: LambdaFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { tags, tracing = false } = args;
    const variables = { ...args.environment, ...corsEnvironment(args.corsOrigins ?? []) };
    checkArgument("name", name, roleNameRule);
    checkArgument("tags", tags, tagRule);
    checkArgument("environment", variables, environmentRule);
    checkArgument("timeoutSeconds", args.timeoutSeconds, functionSizeRules.timeoutSeconds);
    checkArgument("memoryMiB", args.memoryMiB, functionSizeRules.memoryMiB);
    checkArgument("maxConcurrency", args.maxConcurrency, functionSizeRules.maxConcurrency);
    checkArgument("logRetentionDays", args.logRetentionDays, logRetentionRule);
    super(type, name, {}, opts);
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { retentionInDays: args.logRetentionDays, tags },
      { parent: this },
    );
    const role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: aws.getCallerIdentityOutput({}, { parent: this }).apply(functionTrustPolicy),
        tags,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi
          .output({
            Version: "2012-10-17",
            Statement: pulumi
              .all([logGroup.arn, args.statements])
              .apply(([logGroupArn, statements]) => [
                writeLogStatement(logGroupArn),
                ...(tracing ? [writeTracesStatement] : []),
                ...statements,
              ]),
          })
          .apply(policyJson),
      },
      { parent: this },
    );
    this.function = new aws.lambda.Function(
      name,
      {
        description: args.description,
        runtime,
        handler,
        code,
        ...(layers && { layers }),
        role: role.arn,
        architectures: [args.architecture],
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMiB,
        // -1 is Lambda's word for "none reserved"; its 0 would switch the function off.
        reservedConcurrentExecutions: args.maxConcurrency === 0 ? -1 : args.maxConcurrency,
        environment: { variables },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        // Said either way: without it the setting stays what it was.
        tracingConfig: { mode: tracing ? "Active" : "PassThrough" },
        tags,
      },
      { parent: this, dependsOn: policy },
    );
    this.registerOutputs();
  }
}
