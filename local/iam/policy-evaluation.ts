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
  readonly context: RequestContext;
}

/** The policies that have a say. Within one account either kind can allow, and either can deny. */
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
 * Decides as IAM does within one account: an explicit Deny wins, then an Allow, and silence denies. A policy that
 * cannot be read, or a matching statement with something that is not simulated, denies too.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(request: AuthorizationRequest, policies: ApplicablePolicies): Decision {
  const sources = [
    ...policies.identity.map((source) => ({ source, isResourcePolicy: false })),
    ...(policies.resource ?? []).map((source) => ({ source, isResourcePolicy: true })),
  ];
  let allowed = false;
  for (const { source, isResourcePolicy } of sources) {
    try {
      for (const statement of parsePolicy(source)) {
        if (!applies(statement, request, isResourcePolicy)) continue;
        if (statement.effect === "Deny") {
          return { allowed: false, reason: "explicitDeny", because: `${source.origin} denies it explicitly` };
        }
        allowed = true;
      }
    } catch (error) {
      if (!(error instanceof UnsupportedPolicyError)) throw error;
      return { allowed: false, reason: "unsupportedPolicy", because: `in ${source.origin} ${error.message}` };
    }
  }
  if (allowed) return { allowed };
  return { allowed: false, reason: "implicitDeny", because: "no policy allows it" };
}

function applies(statement: Statement, request: AuthorizationRequest, isResourcePolicy: boolean): boolean {
  return (
    namesPrincipal(statement, request.principalArn, isResourcePolicy) &&
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
  isResourcePolicy: boolean,
): boolean {
  if ((awsPrincipals !== undefined) !== isResourcePolicy) {
    throw new UnsupportedPolicyError(`a statement ${isResourcePolicy ? "has no" : "has a"} Principal`);
  }
  if (awsPrincipals === undefined || awsPrincipals.includes("*")) return true;
  if (principalArn === undefined) return false;
  if (awsPrincipals.includes(principalArn)) return true;
  // A whole account as principal shuts out everyone in it; it lets nobody in, but leaves that to the account's own policies.
  const accountId = principalArn.split(":")[4] ?? "";
  const isAccount = (principal: string) =>
    principal === accountId || new RegExp(`^arn:[^:]+:iam::${accountId}:root$`).test(principal);
  return effect === "Deny" && awsPrincipals.some(isAccount);
}
