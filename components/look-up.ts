import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "./input-error.ts";

/** The provider's answer, with whom and what it is asked. */
interface LookUp {
  /** Begins the sentence "... cannot be looked up: ...". */
  readonly what: string;
  /** Ends it: what to do about it. */
  readonly remedy: string;
}

const refusals = new Map<string, InputError>();

/** One error for one sentence, however many components ask: Pulumi prints an error once, and knows it by its identity. */
function refusal(sentence: string): InputError {
  const error = refusals.get(sentence) ?? new InputError(sentence);
  refusals.set(sentence, error);
  return error;
}

/**
 * Waits for an answer of AWS's.
 *
 * @throws InputError, one sentence with the provider's reason, when there is none.
 */
export async function lookUp<T>({ what, remedy }: LookUp, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refusal(`${what} cannot be looked up: ${reason.replaceAll(/\s+/g, " ").trim()}; ${remedy}`);
  }
}

const credentials = (action: string) =>
  `check the AWS credentials and the Region they are used in; they need ${action}`;

const setRegion = "set aws:region, or the provider's region";

/**
 * Name of the Region that the provider works in.
 *
 * @param options The provider to ask, when it is not the default one.
 * @throws InputError
 */
export async function currentRegion(options: pulumi.InvokeOptions = {}): Promise<string> {
  const what = "the AWS Region";
  return (await lookUp({ what, remedy: setRegion }, aws.getRegion({}, options))).region;
}

/** The same, for a resource's properties. */
export function regionOf(options: pulumi.InvokeOptions): pulumi.Output<string> {
  return pulumi.output(currentRegion(options));
}

/** The partition that the provider works in. Errors: InputError. Format: `aws`. */
export function partitionOf(options: pulumi.InvokeOptions): pulumi.Output<string> {
  const answer = aws.getPartition({}, options);
  return pulumi.output(lookUp({ what: "the AWS partition", remedy: setRegion }, answer)).partition;
}

/** The account that the provider works in. Errors: InputError. Format: 12 digits. */
export function accountIdOf(options: pulumi.InvokeOptions): pulumi.Output<string> {
  const answer = aws.getCallerIdentity({}, options);
  return pulumi.output(
    lookUp({ what: "the AWS account", remedy: credentials("sts:GetCallerIdentity") }, answer),
  ).accountId;
}

/**
 * Invoke options before a component is there to be the parent, from the options the component is made with.
 *
 * @returns The parent and the AWS provider among them, which may be one of `providers`.
 */
export function invokeOptions({
  parent,
  provider,
  providers,
}: pulumi.ComponentResourceOptions = {}): pulumi.InvokeOptions {
  const own = [provider, ...Object.values(providers ?? {})].find((given) => aws.Provider.isInstance(given));
  return { ...(parent && { parent }), ...(own && { provider: own }) };
}
