import type { ChatDone, ChatEvent, ChatUsage } from "./chat.ts";
import { MalformedChatError } from "./chat-codec.ts";
import { errorCodes, type ErrorCode } from "./errors.ts";
import { isObject } from "./json-object.ts";

/**
 * Makes an event of the name and the value under which every encoding sends it: a text for `data` and `reasoning`,
 * an object for `done` and `error`.
 *
 * @throws MalformedChatError when there is no such event, or its value has another form.
 */
export function readEvent(name: string, value: unknown): ChatEvent {
  switch (name) {
    case "data":
      if (typeof value === "string") return { type: "text", text: value };
      break;
    case "reasoning":
      if (typeof value === "string") return { type: "reasoning", text: value };
      break;
    case "done":
      if (isDone(value)) return { type: "done", ...value };
      break;
    case "error":
      if (isError(value)) return { type: "error", ...value };
      break;
    default:
      throw new MalformedChatError("an event has a name that is not known");
  }
  throw new MalformedChatError(`the value of a ${name} event is of the wrong form`);
}

/** @throws MalformedChatError when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedChatError("the value of an event is not JSON", { cause: error });
  }
}

function isDone(value: unknown): value is ChatDone {
  return (
    isObject(value) &&
    typeof value.stopReason === "string" &&
    (value.usage === undefined || isUsage(value.usage)) &&
    typeof value.latencyMs === "number" &&
    isOptionalNumber(value.timeToFirstTokenMs)
  );
}

function isUsage(value: unknown): value is ChatUsage {
  return (
    isObject(value) &&
    [value.inputTokens, value.outputTokens, value.totalTokens].every((count) => typeof count === "number") &&
    isOptionalNumber(value.cacheReadInputTokens) &&
    isOptionalNumber(value.cacheWriteInputTokens)
  );
}

function isError(value: unknown): value is { code: ErrorCode; message: string } {
  return (
    isObject(value) &&
    typeof value.code === "string" &&
    Object.hasOwn(errorCodes, value.code) &&
    typeof value.message === "string"
  );
}

function isOptionalNumber(value: unknown): boolean {
  return value === undefined || typeof value === "number";
}
