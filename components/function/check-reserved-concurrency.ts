import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../input-error.ts";
import { type ReservedConcurrency, concurrencyProblem } from "./reserved-concurrency.ts";

/** Lambda's "Concurrent executions". Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const QUOTA = { serviceCode: "lambda", quotaCode: "L-B99A9384" };

/**
 * Looks at the account's Lambda concurrency. To be awaited by the program before it makes anything: Lambda refuses the
 * reservation only after the function and most of the stack are there. Who may not look gets a warning.
 *
 * @throws InputError when the account has too little for the reservation, whatever else is reserved.
 */
export async function checkReservedConcurrency(
  wanted: ReservedConcurrency,
  options?: pulumi.InvokeOptions,
): Promise<void> {
  if (wanted.perFunction === 0) return;
  const quota = await aws.servicequotas.getServiceQuota(QUOTA, options).catch((error: unknown) => {
    const refusal = error instanceof Error ? error.message : String(error);
    void pulumi.log.warn(`The account's Lambda concurrency cannot be looked at: ${refusal}`);
    return undefined;
  });
  const problem = quota && concurrencyProblem(wanted, quota.value);
  if (problem !== undefined) throw new InputError(problem);
}
