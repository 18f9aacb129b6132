import type { Authorizer } from "../authorizer.ts";

/** An object of the download API, and how to ask for it. */
export interface ObjectLocation {
  /** Full URL of the object. */
  readonly url: string;
  readonly authorizer: Authorizer;
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch;
}

/** URL of an object: the key percent-encoded once, its slashes kept. */
export function objectUrl(routeUrl: string, key: string): string {
  const segments = key.split("/").map((segment) => encodeURIComponent(segment));
  return `${routeUrl.replace(/\/$/, "")}/${segments.join("/")}`;
}

/** Sends one request for the object. */
export async function requestObject(
  { url, authorizer, fetch: send = fetch }: ObjectLocation,
  method: "GET" | "HEAD",
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const authorized = await authorizer({ method, url, headers });
  return send(url, { method, headers: authorized, signal, cache: "no-store" });
}
