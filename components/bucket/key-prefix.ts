import type { ArgumentRule } from "../argument-rule.ts";

/** A key has 1,024 bytes, at least one of them behind the prefix. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const LONGEST_BYTES = 1023;

/** `*`, `?` and `$` mean something in a policy, and a quotation mark or a control character ends up in URLs and logs. */
const form = /^(?!(?:.*\/)?\.{1,2}\/)[^/*?$"\p{Cc}\p{Cs}][^*?$"\p{Cc}\p{Cs}]*\/$/u;

/** Which keys can be downloaded: those that begin with it. */
export const keyPrefixRule: ArgumentRule<string> = {
  allowed:
    `empty, or a prefix of at most ${LONGEST_BYTES} bytes in UTF-8 that ends in /, does not start with it and holds neither ` +
    '. and .. as a segment nor * ? $ " or control characters',
  accepts: (prefix) => prefix === "" || (form.test(prefix) && Buffer.byteLength(prefix) <= LONGEST_BYTES),
};
