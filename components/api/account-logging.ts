import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../input-error.ts";
import { accountIdOf, partitionOf } from "../look-up.ts";
import { checkArgument } from "../argument-rule.ts";
import { roleNameRule } from "../component-name.ts";
import { type Tags, tagRule } from "../tags.ts";

/** For a logging role made here. */
export interface AccountLoggingArgs {
  /** For the role. Default: none. */
  readonly tags?: Tags;
}

/**
 * The role with which API Gateway writes logs: one setting for the whole account and Region, without which AWS refuses a
 * stage that has an access log. The first program that finds none makes it. It belongs to the account from then on: the
 * next `up` takes it as it is and no longer has it in its state, and nothing here ever resets it, as that would end the
 * logs of every other API of the Region.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class AccountLogging extends pulumi.ComponentResource {
  readonly #name: string;
  #isMadeHere = false;

  private constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:AccountLogging", name, {}, opts);
    this.#name = name;
  }

  /**
   * Looks at the account's setting, and makes role and setting where there is none. To be awaited by the program, in a preview
   * too; whoever deploys needs `apigateway:GET` for it.
   */
  static async ensure(
    name: string,
    args: AccountLoggingArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ): Promise<AccountLogging> {
    checkArgument("name", name, roleNameRule);
    checkArgument("tags", args.tags ?? {}, tagRule);
    const logging = new AccountLogging(name, opts);
    const role = accountRole(`${name}-setting`, logging);
    const roleArn = await new Promise<string>((resolve) => role.apply(resolve));
    if (roleArn === "") logging.#create(args.tags ?? {});
    logging.registerOutputs();
    return logging;
  }

  /** Whether this run makes the role, because there was none. */
  get isMadeHere(): boolean {
    return this.#isMadeHere;
  }

  #create(tags: Tags): void {
    this.#isMadeHere = true;
    const kept = { parent: this, retainOnDelete: true };
    const role = new aws.iam.Role(
      this.#name,
      {
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "apigateway.amazonaws.com" }),
        tags,
      },
      kept,
    );
    // API Gateway refuses a role without the rights of this managed policy when the account is set.
    const attachment = new aws.iam.RolePolicyAttachment(
      this.#name,
      {
        role: role.name,
        policyArn: pulumi.interpolate`arn:${partitionOf({ parent: this })}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
      },
      kept,
    );
    new aws.apigateway.Account(
      this.#name,
      { cloudwatchRoleArn: role.arn },
      { ...kept, dependsOn: attachment },
    );
  }
}

/**
 * Ends a program that has no `AccountLogging` where the account has no role either, in a preview already.
 *
 * @param name The API's.
 * @returns The role's ARN.
 */
export function existingLoggingRole(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  return accountRole(`${name}-logging`, parent).apply((roleArn) => {
    if (roleArn !== "") return roleArn;
    throw new InputError(
      `the API "${name}" has an access log, and API Gateway has no role to write logs with in this account and Region; ` +
        'add accountLogging: await AccountLogging.ensure("account-logging")',
    );
  });
}

/** The ARN of the Region's logging role; empty where there is none. */
function accountRole(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  return aws.apigateway.Account.get(name, accountIdOf({ parent }), {}, { parent }).cloudwatchRoleArn;
}
