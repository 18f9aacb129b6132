import type { IncomingMessage } from "node:http";
import { routeAccess } from "../../contract/route-access.ts";

/** Who may be answered on a route. */
export type Access = "public" | "probe" | "protected";

const header = routeAccess.header.toLowerCase();

/**
 * Which routes a request may be answered on, by the mark of the API in front. Everything but that mark alone counts against the
 * request: another value, one of the caller's beside it, or none, where something on the way took it off.
 *
 * @param hasApi Whether there is an API in front, which marks every request. Without one there is nobody to mark any, and only
 * what is marked all the same is held to it.
 */
export function mayAnswer({ headersDistinct }: IncomingMessage, access: Access, hasApi: boolean): boolean {
  const marks = headersDistinct[header];
  if (access === "public") return true;
  // The load balancer's own requests come without.
  if (marks === undefined) return access === "probe" || !hasApi;
  return marks.length === 1 && marks[0] === routeAccess.protected;
}
