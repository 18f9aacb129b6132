/** @returns `undefined` for an ARN that names none. Format of ARNs: `arn:{partition}:{service}:{region}:{accountId}:...`. */
export function accountOf(arn: string): string | undefined {
  const { 4: accountId = "" } = arn.split(":");
  return accountId === "" ? undefined : accountId;
}
