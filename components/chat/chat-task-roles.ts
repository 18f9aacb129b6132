import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../policy-statements.ts";
import { policyJson } from "../policy-text.ts";
import { taskTrustPolicy } from "../trust-policy.ts";
import type { Tags } from "../tags.ts";

type Statements = pulumi.Input<readonly PolicyStatement[]>;

/** Policy statements of the task role and the execution role. */
export interface ChatTaskRolesArgs {
  /** Statements of the task role, which the container's code uses. */
  readonly task: Statements;
  /** Statements of the execution role: pulling the image and writing the log. The container never sees these credentials. */
  readonly execution: Statements;
  /** For both roles. */
  readonly tags: Tags;
}

/** The two roles of a task. */
export class ChatTaskRoles extends pulumi.ComponentResource {
  readonly taskRoleArn: pulumi.Output<string>;
  readonly executionRoleArn: pulumi.Output<string>;
  readonly #tags: Tags;

  constructor(name: string, args: ChatTaskRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ChatTaskRoles", name, {}, opts);
    this.#tags = args.tags;
    this.taskRoleArn = this.#addRole(`${name}-task`, args.task);
    this.executionRoleArn = this.#addRole(`${name}-execution`, args.execution);
    this.registerOutputs();
  }

  /** @returns The role's ARN, known when its policy is in force. */
  #addRole(name: string, statements: Statements): pulumi.Output<string> {
    const role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: pulumi
          .output({
            partition: aws.getPartitionOutput({}, { parent: this }).partition,
            region: aws.getRegionOutput({}, { parent: this }).region,
            accountId: aws.getCallerIdentityOutput({}, { parent: this }).accountId,
          })
          .apply(taskTrustPolicy),
        tags: this.#tags,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi.output({ Version: "2012-10-17", Statement: statements }).apply(policyJson),
      },
      { parent: this },
    );
    return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
  }
}
