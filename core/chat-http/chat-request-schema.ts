import * as z from "zod/mini";
import type { ChatMessage } from "../../contract/chat.ts";

const MOST_MESSAGES = 1_000;
const MOST_STOP_SEQUENCES = 4;
const LONGEST_STOP_SEQUENCE_CHARACTERS = 100;

const string = z.string(expected("a string"));

/** Text for the model, which refuses blank text, and which gets it in UTF-8. */
const text = string.check(
  z.refine((value) => value.trim() !== "", "must not be blank"),
  z.refine((value) => value.isWellFormed(), "must not hold half of a surrogate pair"),
);

const stopSequence = string.check(
  z.minLength(1, "must not be empty"),
  z.maxLength(
    LONGEST_STOP_SEQUENCE_CHARACTERS,
    `must have at most ${LONGEST_STOP_SEQUENCE_CHARACTERS} characters`,
  ),
  z.refine((value) => value.isWellFormed(), "must not hold half of a surrogate pair"),
);

const fraction = z
  .number(expected("a number from 0 to 1"))
  .check(z.minimum(0, "must be at least 0"), z.maximum(1, "must be at most 1"));

const message = z.strictObject(
  { role: z.enum(["user", "assistant"], expected('"user" or "assistant"')), content: text },
  expected("an object with role and content"),
);

const conversation = z.array(message, expected("a list of messages")).check(
  z.minLength(1, "must not be empty"),
  z.maxLength(MOST_MESSAGES, `must have at most ${MOST_MESSAGES} items`),
  z.check(({ value, issues }) => {
    const wrong = value.findIndex(({ role }, index) => role !== roleAt(index));
    if (wrong >= 0) {
      const reason = `must be "${roleAt(wrong)}": turns alternate, and the first is the user's`;
      issues.push({ code: "custom", path: [wrong, "role"], message: reason, input: value });
    } else if (value.at(-1)?.role === "assistant") {
      issues.push({ code: "custom", message: "must end with the user's turn", input: value });
    }
  }),
);

const stopSequences = z
  .array(stopSequence, expected("a list of strings"))
  .check(z.maxLength(MOST_STOP_SEQUENCES, `must have at most ${MOST_STOP_SEQUENCES} items`));

/**
 * The JSON value of a chat request. Its issues' messages are reasons that read on from the name of a field.
 *
 * @param mostTokens What `maxTokens` may be at most.
 */
export function chatRequestSchema(mostTokens: number) {
  const maxTokens = z
    .int(expected("a whole number"))
    .check(
      z.minimum(1, "must be at least 1"),
      z.maximum(mostTokens, `must be at most ${mostTokens}, the most tokens this API lets an answer have`),
    );
  return z
    .strictObject(
      {
        message: z.exactOptional(text),
        messages: z.exactOptional(conversation),
        system: z.exactOptional(text),
        maxTokens: z.exactOptional(maxTokens),
        temperature: z.exactOptional(fraction),
        topP: z.exactOptional(fraction),
        stopSequences: z.exactOptional(stopSequences),
      },
      expected("a JSON object"),
    )
    .check(
      z.refine(({ message, messages }) => message !== undefined || messages !== undefined, {
        path: ["message"],
        error: "is missing; a request has either message or messages",
      }),
      z.refine(({ message, messages }) => message === undefined || messages === undefined, {
        path: ["message"],
        error: "cannot go together with messages",
      }),
    );
}

/** What to say of a value of the wrong kind. An unknown field is an issue of the object it is in. */
function expected(form: string) {
  return {
    error({ code, input }: { readonly code: string; readonly input: unknown }): string {
      if (code === "unrecognized_keys") return "is not a field of this API";
      return input === undefined ? "is missing" : `must be ${form}`;
    },
  };
}

function roleAt(index: number): ChatMessage["role"] {
  return index % 2 === 0 ? "user" : "assistant";
}
