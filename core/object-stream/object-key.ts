import { Refusal } from "../refusal.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const LONGEST_KEY_BYTES = 1024;

/**
 * Turns the tail of a request path into an object key. Percent escapes are decoded once and `+` stays a plus
 * sign: this is a path, not a form.
 *
 * @param encoded Still percent-encoded as the client sent it.
 * @throws Refusal `invalid_key`.
 */
export function decodeObjectKey(encoded: string): string {
  // Browsers and the Lambda Web Adapter take it for a slash, others do not.
  if (encoded.includes("\\")) {
    throw new Refusal("invalid_key", 'The object key has a bare "\\"; write it as "%5C".');
  }
  let key: string;
  try {
    key = decodeURIComponent(encoded);
  } catch {
    throw new Refusal(
      "invalid_key",
      'The object key has a "%" that begins no UTF-8 escape; write it as "%25".',
    );
  }
  // Clients and proxies fold these segments away, each in its own way; S3 takes them literally.
  if (key.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new Refusal("invalid_key", 'The object key has a "." or ".." segment.');
  }
  if (key === "") throw new Refusal("invalid_key", "The path names no object key.");
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    throw new Refusal("invalid_key", `The object key is longer than ${LONGEST_KEY_BYTES} bytes of UTF-8.`);
  }
  if (key.includes("\0") || /\p{Surrogate}/u.test(key)) {
    throw new Refusal("invalid_key", "The object key holds a character that no key can hold.");
  }
  return key;
}

/** The part of a key after its last slash; empty for a key that ends in one. */
export function lastSegment(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
