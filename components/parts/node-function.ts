import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../rules/bucket-statements.ts";
import type { Tags } from "../tags.ts";
import { nodeFunctionCode } from "./function-code.ts";

export interface NodeFunctionArgs {
  readonly description: string;
  /** Absolute path of the TypeScript file that exports `handler`. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What the function may do besides writing its own log. */
  readonly statements: pulumi.Input<readonly PolicyStatement[]>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  /** Most invocations at a time, which bounds the bill; 0 reserves none and leaves the account's own limit. */
  readonly maxConcurrency: number;
  readonly architecture: "arm64" | "x86_64";
  readonly logRetentionDays: number;
  readonly tags: Tags;
}

/** A Node.js function with a role and a log group of its own. */
export class NodeFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;

  constructor(name: string, args: NodeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:NodeFunction", name, {}, opts);
    const { tags } = args;
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { retentionInDays: args.logRetentionDays, tags },
      { parent: this },
    );
    const role = new aws.iam.Role(
      name,
      { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }), tags },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: pulumi
            .all([logGroup.arn, args.statements])
            .apply(([logGroupArn, statements]) => [writeLogStatement(logGroupArn), ...statements]),
        }),
      },
      { parent: this },
    );
    this.function = new aws.lambda.Function(
      name,
      {
        description: args.description,
        runtime: aws.lambda.Runtime.NodeJS24dX,
        handler: "index.handler",
        code: nodeFunctionCode(args.entry),
        role: role.arn,
        architectures: [args.architecture],
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMiB,
        // -1 is Lambda's word for "none reserved"; its 0 would switch the function off.
        reservedConcurrentExecutions: args.maxConcurrency === 0 ? -1 : args.maxConcurrency,
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        tags,
      },
      { parent: this, dependsOn: policy },
    );
    this.registerOutputs();
  }
}

function writeLogStatement(logGroupArn: string): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}
