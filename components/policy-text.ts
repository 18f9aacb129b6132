/**
 * Writes a policy document as ASCII: what is beyond stands as `\uXXXX`.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export function policyJson(document: unknown): string {
  return JSON.stringify(document).replaceAll(
    /[^\t\n\r -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Writes a text as the resource or the condition of a policy can hold it. IAM takes no character beyond U+00FF there, and
 * the provider undoes `\uXXXX` before it sends a role's policy, so a run of such characters becomes `*`. That lets more keys
 * through; the code holds its callers to the prefix as it is.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function policyPattern(text: string): string {
  return text.replaceAll(/[^\u0020-\u00ff]+/g, "*");
}
