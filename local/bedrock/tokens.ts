/**
 * Cuts text into what counts as tokens here: a character of Chinese or Japanese, up to six letters or digits with the
 * blank before them, or any other single character. Close to what models count in size, and no model's own tokenizer.
 *
 * @returns Pieces that together are the text again; none of them ends inside a character.
 */
export function tokenize(text: string): string[] {
  return (
    text.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\S\n]?[\p{L}\p{M}\p{N}]{1,6}|[\s\S]/gu,
    ) ?? []
  );
}
