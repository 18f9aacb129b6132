import { Refusal } from "../refusal.ts";
import { parseMediaType } from "./media-type.ts";

/**
 * Makes sure that a request says its body is JSON, with whatever parameters: JSON has none. Anything else is what a form on
 * a foreign page could send too, without asking first.
 *
 * @param contentType The `Content-Type` header.
 * @throws Refusal `unsupported_media_type`.
 */
export function requireJson(contentType: string | undefined): void {
  if (parseMediaType(contentType ?? "")?.essence === "application/json") return;
  throw new Refusal(
    "unsupported_media_type",
    "The request body must be sent as Content-Type: application/json.",
  );
}
