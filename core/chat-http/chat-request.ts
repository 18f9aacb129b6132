import type { ChatRequest } from "../../contract/chat.ts";
import { Refusal } from "../refusal.ts";
import { chatRequestSchema } from "./chat-request-schema.ts";
import { describeProblems } from "./field-problems.ts";

/**
 * Largest body of a chat request. In English that is some 60,000 tokens: a long conversation, and little enough for
 * many requests to be held at a time.
 */
export const LARGEST_CHAT_REQUEST_BYTES = 256 * 1024;

/**
 * Reads the body of a chat request: `{"message"}` or `{"messages"}`, either with `system`, `maxTokens`, `temperature`,
 * `topP` and `stopSequences`.
 *
 * @param mostTokens What `maxTokens` may be at most.
 * @throws Refusal `payload_too_large`, or `invalid_request` naming every field that is wrong and why.
 */
export function parseChatRequest(body: Uint8Array, mostTokens: number): ChatRequest {
  if (body.length > LARGEST_CHAT_REQUEST_BYTES) {
    throw new Refusal(
      "payload_too_large",
      `The request body has ${body.length} bytes; at most ${LARGEST_CHAT_REQUEST_BYTES} are taken.`,
    );
  }
  const parsed = chatRequestSchema(mostTokens).safeParse(parseJson(body));
  if (!parsed.success) throw new Refusal("invalid_request", describeProblems(parsed.error.issues));
  const { message = "", messages = [{ role: "user", content: message }], ...settings } = parsed.data;
  return { messages, ...settings };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    // Not the parser's own message, which would repeat a piece of the body.
    throw new Refusal("invalid_request", "body: must be JSON in UTF-8", { cause });
  }
}
