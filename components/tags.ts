import type { ArgumentRule } from "./argument-rule.ts";

/** Tags for every resource that can carry them. */
export type Tags = Readonly<Record<string, string>>;

/** AWS takes 50 a resource, and awsx puts two of its own on the subnets of a network. */
const MOST_TAGS = 48;

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** AWS keeps it for itself, in any case of letters. */
const reserved = /^aws:/i;

/**
 * Pattern that every tagged service accepts.
 * Sources:
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
 */
export const tagRule: ArgumentRule<Tags> = {
  allowed:
    `at most ${MOST_TAGS} tags, keys of 1 to 128 and values of up to 256 characters, of letters, digits, spaces and ` +
    '_ . : / = + - @, not "aws:..."',
  accepts: (tags) =>
    Object.keys(tags).length <= MOST_TAGS &&
    Object.entries(tags).every(([key, value]) => key !== "" && isTagText(key, 128) && isTagText(value, 256)),
};

function isTagText(text: string, longest: number): boolean {
  return text.length <= longest && characters.test(text) && !reserved.test(text);
}
