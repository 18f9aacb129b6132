import * as pulumi from "@pulumi/pulumi";
import {
  type PolicyStatement,
  imageLayerStatement,
  imagePullStatements,
  writeLogStatement,
} from "../policy-statements.ts";
import { partitionOf, regionOf } from "../look-up.ts";
import { type DownloadAccessArgs, downloadStatements } from "../bucket/download-access.ts";
import { type ModelArgs, modelStatements } from "./model-access.ts";

/** Resources the service uses. */
export interface ChatStatementsArgs {
  /** The model it calls. */
  readonly model: Pick<ModelArgs, "model" | "guardrailId">;
  /** Default: none. */
  readonly downloads: DownloadAccessArgs | undefined;
  /** ARN of the image's repository. */
  readonly repositoryArn: pulumi.Output<string>;
  /** ARN of its log group. */
  readonly logGroupArn: pulumi.Output<string>;
}

type Statements = pulumi.Output<PolicyStatement[]>;

/** Policy statements of roles and endpoints. Both come from the same statements, so that they agree. */
export interface ChatStatements {
  /** For the task's role. */
  readonly task: Statements;
  /** For the execution role. */
  readonly execution: Statements;
  /** For ECR's endpoints. */
  readonly image: Statements;
  /** For CloudWatch Logs' endpoint. */
  readonly logs: Statements;
  /** For Bedrock's endpoint. */
  readonly model: Statements;
  /** For S3's endpoint. */
  readonly objects: Statements;
  /** For S3's endpoint too: the image's layers, which are read by links that ECR has signed. */
  readonly layers: Statements;
}

/** @param options The parent and the provider to ask AWS with. */
export function chatStatements(args: ChatStatementsArgs, options: pulumi.InvokeOptions): ChatStatements {
  const image = args.repositoryArn.apply(imagePullStatements);
  const logs = args.logGroupArn.apply((arn) => [writeLogStatement(arn)]);
  const model = modelStatements(args.model, options);
  const layers = pulumi
    .all([partitionOf(options), regionOf(options)])
    .apply(([partition, region]) => [imageLayerStatement(partition, region)]);
  return {
    task: joined(model, objectStatements(args.downloads)),
    execution: joined(image, logs),
    image,
    logs,
    model,
    // S3 uses the bucket's key by itself: what decrypts does not pass its endpoint.
    objects: objectStatements(args.downloads && { ...args.downloads, kmsKeyArn: "" }),
    layers,
  };
}

function objectStatements(downloads: DownloadAccessArgs | undefined): Statements {
  return downloads === undefined ? pulumi.output([]) : downloadStatements(downloads);
}

function joined(one: Statements, other: Statements): Statements {
  return pulumi.all([one, other]).apply((both) => both.flat());
}
