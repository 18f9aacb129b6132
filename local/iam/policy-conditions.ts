import { BlockList, isIP } from "node:net";
import { UnsupportedPolicyError, type Condition } from "./policy-document.ts";
import { matchesPattern } from "./patterns.ts";

/**
 * Condition keys of a request (`s3:prefix`), with their values. A key that the request does not carry is listed as
 * `undefined`; a key that is not listed at all is one the service does not simulate, and no policy may rest on it.
 */
export type RequestContext = Readonly<Record<string, string | undefined>>;

type Relation = (actual: string, value: string) => boolean;

const equals: Relation = (actual, value) => actual === value;
const equalsIgnoringCase: Relation = (actual, value) => actual.toLowerCase() === value.toLowerCase();

/** The operators that need one value to match; for each `X` here `negated` has the one that needs none to. */
const relations: Readonly<Record<string, Relation>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: (actual, value) => matchesPattern(value, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: equalsIgnoringCase,
  IpAddress: isInBlock,
};

const negated: Readonly<Record<string, Relation>> = {
  StringNotEquals: equals,
  StringNotEqualsIgnoreCase: equalsIgnoringCase,
  StringNotLike: (actual, value) => matchesPattern(value, actual),
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
  NotIpAddress: isInBlock,
};

/**
 * Whether a condition holds. A missing key fails the plain operators and passes the negated ones.
 *
 * @throws UnsupportedPolicyError for an operator or key that is not simulated
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function holds({ operator, key, values }: Condition, context: RequestContext): boolean {
  const actual = lookUp(key, context);
  if (operator === "Null")
    return values.some((value) => equalsIgnoringCase(String(actual === undefined), value));

  const ifExists = operator.endsWith("IfExists");
  const baseOperator = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  const relation = relations[baseOperator];
  const negatedRelation = negated[baseOperator];
  if (relation !== undefined) {
    if (actual === undefined) return ifExists;
    return values.some((value) => relation(actual, value));
  }
  if (negatedRelation !== undefined) {
    return actual === undefined || !values.some((value) => negatedRelation(actual, value));
  }
  throw new UnsupportedPolicyError(`the condition operator ${operator} is not simulated`);
}

/** Condition keys are case-insensitive. */
function lookUp(key: string, context: RequestContext): string | undefined {
  const listed = Object.keys(context).find((name) => name.toLowerCase() === key.toLowerCase());
  if (listed === undefined) throw new UnsupportedPolicyError(`the condition key ${key} is not simulated`);
  return context[listed];
}

/** ARNs are compared part by part, so that a wildcard does not reach beyond its colon; the sixth part is the rest. */
function matchesArn(actual: string, value: string): boolean {
  const patterns = arnParts(value);
  const parts = arnParts(actual);
  return (
    patterns.length === parts.length &&
    parts.every((part, index) => matchesPattern(patterns[index] ?? "", part))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/**
 * An address without a prefix is a block of one. An IPv4 address is never in an IPv6 block.
 *
 * @throws UnsupportedPolicyError for what is no block
 */
export function isInBlock(actual: string, value: string): boolean {
  const [address = "", prefix] = value.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const bits = Number(prefix ?? longest);
  if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > longest) {
    throw new UnsupportedPolicyError(`${value} is no address block`);
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(address, bits, family);
  return isIP(actual) === version && block.check(actual, family);
}
