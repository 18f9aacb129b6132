/** The provider functions the components call, answered for one account and Region. */
export function simulatedFunctions(
  region: string,
  accountId: string,
): Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => object>> {
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
      id: accountId,
      accountId,
      arn: `arn:aws:iam::${accountId}:user/local`,
      userId: "LOCAL",
    }),
    "aws:index/getPartition:getPartition": () => ({
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
    "aws:index/getRegion:getRegion": () => ({ id: region, region }),
  };
}
