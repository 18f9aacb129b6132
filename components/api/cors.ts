import { exposedHeaders } from "../../contract/cors.ts";
import type { Auth } from "../../contract/stack-outputs.ts";
import { type ArgumentRule, checkArgument } from "../argument-rule.ts";
import { InputError } from "../input-error.ts";
import type { HttpMethod } from "./route.ts";

/** Request headers a page may set. */
const allowedHeaders = [
  "x-api-key",
  "range",
  "if-match",
  "if-range",
  "if-none-match",
  "authorization",
  "content-type",
  // Clients of server-sent events send it when they connect again, and are told not to.
  "last-event-id",
] as const;

/** Headers of a signed request besides `authorization`: a page cannot set `date`, so the time of signing has a header of its own. */
const signatureHeaders = ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256"] as const;

/** Chromium's longest, two hours; without it every request is preceded by another. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** Neither quotes nor anything else that a template or a header could take for its own. */
const originForm = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** More than that no environment of a task and no mapping template should carry. */
const MOST_ORIGIN_BYTES = 8192;

/** Rule for the length of the list. */
export const originListRule: ArgumentRule<readonly string[]> = {
  allowed: `${MOST_ORIGIN_BYTES} bytes in all`,
  accepts: (origins) => Buffer.byteLength(origins.join()) <= MOST_ORIGIN_BYTES,
};

/** Whether a text is written the way a browser sends an origin: in lower case, without a path and the scheme's own port. */
export function isOrigin(text: string): boolean {
  return originForm.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** @throws InputError for what is not written the way a browser sends it, and for too much of it. */
export function checkCorsOrigins(origins: readonly string[]): void {
  checkArgument("corsOrigins", origins, originListRule);
  for (const origin of origins) {
    if (isOrigin(origin)) continue;
    throw new InputError(
      `corsOrigins has "${origin}"; write origins as browsers send them: "https://app.example.com", lower case, no path`,
    );
  }
}

/** Environment variable with the origins, for functions and container. Read by `core/cors.ts`. */
export function corsEnvironment(origins: readonly string[]): Record<string, string> {
  return origins.length === 0 ? {} : { CORS_ORIGINS: origins.join(",") };
}

/** The fixed headers of the answer to an OPTIONS request, each with its value. */
export function preflightHeaders(
  methods: readonly HttpMethod[],
  auth: Auth,
  [firstOrigin = ""]: readonly string[],
): Record<string, string> {
  const allowed = methods.includes("ANY") ? ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"] : methods;
  return {
    // Where there are more, the template below puts the others in its place.
    "Access-Control-Allow-Origin": firstOrigin,
    "Access-Control-Allow-Methods": [...allowed].sort().join(","),
    "Access-Control-Allow-Headers": [...allowedHeaders, ...(auth === "iam" ? signatureHeaders : [])].join(
      ",",
    ),
    "Access-Control-Max-Age": String(PREFLIGHT_MAX_AGE_SECONDS),
    Vary: "Origin",
  };
}

/**
 * Names the caller's origin where it is allowed and not the first one. HTTP/2 sends the header in lower case, HTTP/1.1 as
 * it was written, and API Gateway tells the two apart.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 *
 * @returns `undefined` where the fixed header says all there is to say.
 */
export function preflightTemplate([, ...others]: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  return [
    '#set($origin = $input.params("Origin"))',
    '#if($origin == "")#set($origin = $input.params("origin"))#end',
    `#if(${others.map((origin) => `$origin == "${origin}"`).join(" || ")})`,
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)",
    "#end",
  ].join("\n");
}

/**
 * Lets a page read what API Gateway answers by itself. A gateway response cannot choose: of several origins it names
 * the caller's, whichever that is. How little a page that is not allowed gets from it: docs/decisions/0007.
 */
export function gatewayResponseCorsParameters(origins: readonly string[]): Record<string, string> {
  if (origins.length === 0) return {};
  return {
    "gatewayresponse.header.Access-Control-Allow-Origin":
      origins.length === 1 ? `'${origins[0]}'` : "method.request.header.origin",
    "gatewayresponse.header.Access-Control-Expose-Headers": `'${exposedHeaders.join(",")}'`,
    "gatewayresponse.header.Vary": "'Origin'",
  };
}
