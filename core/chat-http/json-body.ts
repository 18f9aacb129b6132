import { Refusal } from "../refusal.ts";

const JSON_IN_UTF8 = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/**
 * Makes sure that a request says its body is JSON. Anything else is what a form on a foreign page could send too,
 * without asking first.
 *
 * @param contentType The `Content-Type` header.
 * @throws Refusal `unsupported_media_type`.
 */
export function requireJson(contentType: string | undefined): void {
  if (contentType !== undefined && JSON_IN_UTF8.test(contentType.trim())) return;
  throw new Refusal(
    "unsupported_media_type",
    "The request body must be sent as Content-Type: application/json.",
  );
}
