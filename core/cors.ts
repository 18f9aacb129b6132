import { exposedHeaders } from "../contract/cors.ts";

/** Reads `CORS_ORIGINS`, the origins whose pages may read answers. Format: `https://a.example,https://b.example`; absent: none. */
export function readCorsOrigins({ CORS_ORIGINS: origins = "" }: NodeJS.ProcessEnv): readonly string[] {
  return origins.split(",").filter((origin) => origin !== "");
}

/**
 * Adds what lets an allowed origin's page read the answer, and keeps caches from handing it to another's. What asks
 * before the real request, OPTIONS, API Gateway answers by itself.
 * Source: https://fetch.spec.whatwg.org/#http-cors-protocol
 *
 * @param origin The request's `Origin`.
 * @param corsOrigins When there are none, the headers stay as they are.
 */
export function withCorsHeaders(
  headers: Readonly<Record<string, string>>,
  origin: string | undefined,
  corsOrigins: readonly string[],
): Readonly<Record<string, string>> {
  if (corsOrigins.length === 0) return headers;
  const { Vary: vary } = headers;
  return {
    ...headers,
    Vary: vary === undefined ? "Origin" : `${vary}, Origin`,
    ...(origin !== undefined &&
      corsOrigins.includes(origin) && {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": exposedHeaders.join(","),
      }),
  };
}
