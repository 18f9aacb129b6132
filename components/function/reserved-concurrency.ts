/** Concurrency that Lambda keeps for the functions of an account that reserve none. Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
const UNRESERVED = 100;

/** Concurrency that functions are to reserve. */
export interface ReservedConcurrency {
  /** For each function; 0 reserves none. */
  readonly perFunction: number;
  /** Number of functions that reserve as much. */
  readonly functions: number;
}

/**
 * @param limit What all functions of the account may run at a time in the Region.
 * @returns Why Lambda would refuse the reservation, and what fits; `undefined` when it would not.
 */
export function concurrencyProblem(
  { perFunction, functions }: ReservedConcurrency,
  limit: number,
): string | undefined {
  const reservable = Math.max(0, limit - UNRESERVED);
  if (perFunction * functions <= reservable) return undefined;
  const wanted = functions === 1 ? `${perFunction}` : `${perFunction} for each of ${functions} functions`;
  const fits = Math.floor(reservable / functions);
  return (
    `downloadMaxConcurrency is ${wanted}, but this account's functions may run ${limit} at a time in this Region, and ` +
    `Lambda keeps ${UNRESERVED} of these unreserved; allowed: 0, which reserves none${fits > 0 ? `, to ${fits}` : ""}; ` +
    "or have the quota raised: Service Quotas, AWS Lambda, Concurrent executions"
  );
}
