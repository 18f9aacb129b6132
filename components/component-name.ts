import type { ArgumentRule } from "./argument-rule.ts";

/** Pulumi makes the names of AWS's resources from a component's: a hyphen and seven digits come after it. */
export const ADDED_CHARACTERS = 8;

const form = /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/;

/**
 * Names that AWS takes as the beginning of every name made from them.
 *
 * @param longest Characters that the strictest of the resources' names can have, without those that Pulumi adds.
 */
export function nameRule(longest: number): ArgumentRule<string> {
  return {
    allowed: `1 to ${longest} letters and digits, with single hyphens between, a letter first`,
    accepts: (name) => form.test(name) && name.length <= longest,
  };
}

/** Rule for names of functions, roles and API keys. Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const roleNameRule = nameRule(64 - ADDED_CHARACTERS);

/**
 * Rule for names of a bucket, whose name Pulumi writes in lower case. S3 keeps some beginnings for itself.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const bucketComponentNameRule: ArgumentRule<string> = {
  allowed: `${nameRule(63 - ADDED_CHARACTERS).allowed}, and not sthree-... or amzn-s3-demo-...`,
  accepts: (name) =>
    nameRule(63 - ADDED_CHARACTERS).accepts(name) && !/^(?:sthree|amzn-s3-demo)(?:-|$)/i.test(name),
};

/**
 * Rule for names of a private chat service. Names of load balancers and target groups have 32 characters, and a load balancer's does not
 * begin with what AWS puts before the host names of internal ones; a security group's does not begin with what its ids
 * begin with; a repository's has lower-case letters and no two hyphens together.
 * Sources:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
export const chatNameRule: ArgumentRule<string> = {
  allowed:
    "1 to 24 lower-case letters and digits, with single hyphens between, a letter first, and not internal, sg, internal-... or sg-...",
  accepts: (name) => /^(?!(?:internal|sg)(?:-|$))(?=.{1,24}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name),
};
