import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** Whether the Region's logging role is made here. */
export interface AccountLoggingArgs {
  /** `existing` when the Region's role is set already, by another stack or by hand: then nothing is made. */
  readonly mode: "create" | "existing";
  /** For the role. */
  readonly tags: Tags;
}

/**
 * The role with which API Gateway writes logs: one setting for the whole account and Region. Kept on destroy,
 * because the provider would otherwise reset it for every other API of the Region.
 */
export class AccountLogging extends pulumi.ComponentResource {
  constructor(name: string, args: AccountLoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:AccountLogging", name, {}, opts);
    if (args.mode === "create") this.#create(name, args.tags);
    this.registerOutputs();
  }

  #create(name: string, tags: Tags): void {
    const kept = { parent: this, retainOnDelete: true };
    const role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "apigateway.amazonaws.com" }),
        tags,
      },
      kept,
    );
    // API Gateway refuses a role without the rights of this managed policy when the account is set.
    const attachment = new aws.iam.RolePolicyAttachment(
      name,
      {
        role: role.name,
        policyArn: pulumi.interpolate`arn:${aws.getPartitionOutput({}, { parent: this }).partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
      },
      kept,
    );
    new aws.apigateway.Account(name, { cloudwatchRoleArn: role.arn }, { ...kept, dependsOn: attachment });
  }
}
