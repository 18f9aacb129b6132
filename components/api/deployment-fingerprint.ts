import { createHash } from "node:crypto";

/**
 * Condenses everything a deployment takes a snapshot of into one value. Used as the deployment's trigger: a
 * stage keeps serving its old deployment until a new one is made, and API Gateway makes none by itself.
 *
 * @param snapshot Any JSON value. The order of object keys does not matter.
 */
export function deploymentFingerprint(snapshot: unknown): string {
  return createHash("sha256").update(canonicalJson(snapshot)).digest("hex");
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
