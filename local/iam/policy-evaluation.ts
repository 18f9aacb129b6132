import { accountOf } from "./arn-account.ts";
import { matchesPattern } from "./patterns.ts";
import { holds, type RequestContext } from "./policy-conditions.ts";
import {
  parsePolicy,
  UnsupportedPolicyError,
  type Patterns,
  type PolicySource,
  type Statement,
} from "./policy-document.ts";

/** A request for authorization. */
export interface AuthorizationRequest {
  /** The caller's ARN; `undefined` for an anonymous one. Matched against Principal in resource policies. */
  readonly principalArn: string | undefined;
  /** Format: `s3:GetObject`. */
  readonly action: string;
  readonly resourceArn: string;
  /** Whose the resource is, where it has policies of its own that can let in other accounts. Default: the caller's account. */
  readonly resourceAccountId?: string;
  readonly context: RequestContext;
}

/** The policies that have a say. Within one account either kind can allow, between two both have to, and either can deny. */
export interface ApplicablePolicies {
  /** The policies of the caller's role. */
  readonly identity: readonly PolicySource[];
  /** The policies on the thing itself, such as a bucket policy. */
  readonly resource?: readonly PolicySource[];
}

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: "implicitDeny" | "explicitDeny" | "unsupportedPolicy";
      /** Ends the sentence "denied, because ...". */
      readonly because: string;
    };

/**
 * Decides as IAM does: an explicit Deny wins, then an Allow, from both sides where caller and resource are of two accounts, and
 * silence denies. A policy that cannot be read, or a matching statement with something that is not simulated, denies too.
 * Sources:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
export function evaluate(request: AuthorizationRequest, policies: ApplicablePolicies): Decision {
  const sources = [
    ...policies.identity.map((source) => ({ source, isResourcePolicy: false })),
    ...(policies.resource ?? []).map((source) => ({ source, isResourcePolicy: true })),
  ];
  const isCrossAccount = isOfAnotherAccount(request);
  const allowing = { identity: false, resource: false };
  for (const { source, isResourcePolicy } of sources) {
    try {
      for (const statement of parsePolicy(source)) {
        if (!applies(statement, request, { isResourcePolicy, isCrossAccount })) continue;
        if (statement.effect === "Deny") {
          return { allowed: false, reason: "explicitDeny", because: `${source.origin} denies it explicitly` };
        }
        allowing[isResourcePolicy ? "resource" : "identity"] = true;
      }
    } catch (error) {
      if (!(error instanceof UnsupportedPolicyError)) throw error;
      return { allowed: false, reason: "unsupportedPolicy", because: `in ${source.origin} ${error.message}` };
    }
  }
  const { identity, resource } = allowing;
  if (isCrossAccount ? identity && resource : identity || resource) return { allowed: true };
  const side = resource ? "of the caller's account " : "of the resource's account ";
  const of = isCrossAccount && identity !== resource ? side : "";
  return { allowed: false, reason: "implicitDeny", because: `no policy ${of}allows it` };
}

function isOfAnotherAccount({ principalArn, resourceAccountId }: AuthorizationRequest): boolean {
  return (
    principalArn !== undefined &&
    resourceAccountId !== undefined &&
    accountOf(principalArn) !== resourceAccountId
  );
}

/** Place of a statement between caller and resource. */
interface Place {
  readonly isResourcePolicy: boolean;
  readonly isCrossAccount: boolean;
}

function applies(statement: Statement, request: AuthorizationRequest, place: Place): boolean {
  return (
    namesPrincipal(statement, request.principalArn, place) &&
    names(statement.action, request.action.toLowerCase(), (pattern) => pattern.toLowerCase()) &&
    (statement.resource === undefined || names(statement.resource, request.resourceArn)) &&
    statement.conditions.every((condition) => holds(condition, request.context))
  );
}

function names({ patterns, negated }: Patterns, text: string, fold = (pattern: string) => pattern): boolean {
  return patterns.some((pattern) => matchesPattern(fold(pattern), text)) !== negated;
}

/** Principal is required where a policy hangs on a resource, and has no place where it hangs on the principal. */
function namesPrincipal(
  { awsPrincipals, effect }: Statement,
  principalArn: string | undefined,
  { isResourcePolicy, isCrossAccount }: Place,
): boolean {
  if ((awsPrincipals !== undefined) !== isResourcePolicy) {
    throw new UnsupportedPolicyError(`a statement ${isResourcePolicy ? "has no" : "has a"} Principal`);
  }
  if (awsPrincipals === undefined || awsPrincipals.includes("*")) return true;
  if (principalArn === undefined) return false;
  if (awsPrincipals.includes(principalArn)) return true;
  // A whole account as principal shuts out everyone in it. It leaves to the account's own policies whom they let in: between
  // accounts these have a say anyway.
  const accountId = accountOf(principalArn) ?? "";
  const isAccount = (principal: string) =>
    principal === accountId || new RegExp(`^arn:[^:]+:iam::${accountId}:root$`).test(principal);
  return (effect === "Deny" || isCrossAccount) && awsPrincipals.some(isAccount);
}
