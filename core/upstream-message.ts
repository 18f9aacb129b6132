const LONGEST_CHARACTERS = 500;
const MASK = "***";

/** Ids of accounts, of principals, of an organization and its policies, and the names of sessions and users. */
const IDS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b\d{12}\b/g, MASK],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g, MASK],
  [/\b(?:o|p|ou|r)-[a-z0-9]{4,}(?:-[a-z0-9]{8,})?\b(?=[/\s]|$)/g, MASK],
  [/:(assumed-role\/[^/\s]+|user)\/[^\s"',]+/g, `:$1/${MASK}`],
];

/** Text in quotes. Apostrophes inside words are none. */
const QUOTED = /(\bvalue )?(?:(?<!\w)'((?:[^']|'\w)*)'(?!\w)|"([^"]*)")/gi;

/** What is longer is no name of a field or a model. */
const LONGEST_NAME_CHARACTERS = 80;

/**
 * A service's error message, fit for the log: its words, without ids and without what the service was sent.
 *
 * @param sentTexts What the service was sent and may repeat.
 */
export function maskedMessage(message: string, sentTexts: readonly string[] = []): string {
  const withoutTexts = sentTexts.reduce((text, sent) => text.replaceAll(sent, MASK), message);
  const masked = IDS.reduce(
    (text, [pattern, replacement]) => text.replaceAll(pattern, replacement),
    withoutTexts.replaceAll(QUOTED, maskedValue),
  );
  return masked.length > LONGEST_CHARACTERS ? `${masked.slice(0, LONGEST_CHARACTERS)}...` : masked;
}

/** Masks what is no name: values as the service says it was sent them, several words, long ones. */
function maskedValue(quoted: string, value = "", single = "", double = ""): string {
  const text = single + double;
  const isName = value === "" && !/\s/.test(text) && text.length <= LONGEST_NAME_CHARACTERS;
  return isName ? quoted : `${value}'${MASK}'`;
}
