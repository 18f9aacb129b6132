import type { ArgumentRule } from "../argument-rule.ts";

const accountId = /^\d{12}$/;

/** A role or a user. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const principalArn = /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/(?:[\w+=,.@-]+\/){0,64}[\w+=,.@-]{1,64}$/;

/** A path has 512 characters, and a name 64. */
const LONGEST_ARN = 640;

/** Rule for who may call besides the account's own principals. */
export const principalsRule: ArgumentRule<readonly string[]> = {
  allowed:
    'account ids such as "111122223333" and ARNs of IAM roles and users such as "arn:aws:iam::111122223333:role/reader", each once',
  accepts: (principals) =>
    new Set(principals).size === principals.length && principals.every((principal) => isPrincipal(principal)),
};

function isPrincipal(text: string): boolean {
  return accountId.test(text) || (text.length <= LONGEST_ARN && principalArn.test(text));
}

/**
 * Principals as API Gateway stores them: an account is its root there, and a policy that has it otherwise would differ in
 * each preview.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function storedPrincipals(principals: readonly string[], partition: string): string[] {
  return principals.map((principal) =>
    accountId.test(principal) ? `arn:${partition}:iam::${principal}:root` : principal,
  );
}
