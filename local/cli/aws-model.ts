import { regionOf, type StackSettings } from "../program/stack-settings.ts";
import type { Responder } from "../bedrock/responder.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Finds the user's own credentials and says whose bill chats go on, before anything is started.
 *
 * @throws UsageError when there are none, or AWS does not take them
 */
export async function openAwsModel(
  settings: StackSettings,
  print: (text: string) => void,
): Promise<Responder> {
  const region = regionOf(settings);
  // Brings in the AWS SDK, which nobody else waits for.
  const { AwsCredentialsError, openAwsBedrock } = await import("../bedrock/aws-bedrock.ts");
  try {
    const { identity, respond } = await openAwsBedrock({ region });
    print(awsNotice({ ...identity, region, model: settings.config[`${settings.project}:model`] ?? "" }));
    return respond;
  } catch (error) {
    if (!(error instanceof AwsCredentialsError)) throw error;
    throw new UsageError(`--bedrock aws needs AWS credentials of your own that work: ${error.message}.`, {
      cause: error,
    });
  }
}

/** Notice before the first chat with the real Bedrock. */
export function awsNotice(bill: {
  readonly accountId: string;
  readonly arn: string;
  readonly region: string;
  readonly model: string;
}): string {
  return [
    "Chats go to the real Amazon Bedrock.",
    `  account         ${bill.accountId}, as ${bill.arn}`,
    `  region          ${bill.region}`,
    `  model           ${bill.model}`,
    "  cost            every chat is billed to this account, by the token: https://aws.amazon.com/bedrock/pricing/",
    "",
    "",
  ].join("\n");
}
