import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { nodeFunctionCode } from "./function-code.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "./lambda-function.ts";

/** Arguments of every Node.js function. */
export interface NodeFunctionArgs extends LambdaFunctionArgs {
  /** Absolute path of the TypeScript file that exports `handler`. */
  readonly entry: string;
}

/** A Node.js function with a role and a log group of its own. */
export class NodeFunction extends LambdaFunction {
  constructor(name: string, args: NodeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const code = {
      runtime: aws.lambda.Runtime.NodeJS24dX,
      handler: "index.handler",
      code: nodeFunctionCode(args.entry),
    };
    super("streamgate:parts:NodeFunction", name, code, args, opts);
  }
}
