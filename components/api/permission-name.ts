import { createHash } from "node:crypto";
import type { Route } from "./route.ts";

/** Characters that come behind the API's name at most. */
export const ROUTE_CHARACTERS = "-OPTIONS-".length + 30 + "-1234567".length;

/** Characters of a path that are shown; the rest of the 100 that AWS allows is for the API's name and the digits. */
const SHOWN_CHARACTERS = 30;

/**
 * Names the permission with which a route's function may be called. The provider makes the `statementId` from it, with a
 * hyphen and seven digits more, and AWS takes only letters, digits, `-` and `_` there, so the path cannot be in it as it is.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 *
 * @param name The API's.
 * @returns Another name for each route, also for `/a/b` and `/a-b`. Format: `downloads-GET-download-key-b0a92b9`.
 */
export function permissionName(name: string, { method, path }: Route): string {
  const words = path.match(/[A-Za-z0-9]+/g) ?? [];
  const shown = words.join("-").slice(0, SHOWN_CHARACTERS);
  const digits = createHash("sha256").update(path).digest("hex").slice(0, 7);
  return [name, method, shown, digits].filter((part) => part !== "").join("-");
}
