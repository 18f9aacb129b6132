import test from "ava";
import fc from "fast-check";
import { decodeObjectKey, lastSegment } from "../../../core/object-stream/object-key.ts";
import { Refusal } from "../../../core/refusal.ts";

const awkwardKeys: readonly (readonly [encoded: string, key: string])[] = [
  ["100%25.txt", "100%.txt"],
  ["a%2Fb", "a/b"],
  ["a%252Fb", "a%2Fb"],
  ["a+b", "a+b"],
  ["a%2Bb", "a+b"],
  ["two%20%20spaces.txt", "two  spaces.txt"],
  ["%E6%97%A5%E6%9C%AC%E8%AA%9E.txt", "日本語.txt"],
  ["%E3%83%97%E3%83%AC%E3%82%BC%E3%83%B3.pdf", "プレゼン.pdf"],
  ["%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB.png", "👩‍💻.png"],
  ["%22quoted%22.txt", '"quoted".txt'],
  ["it's.txt", "it's.txt"],
  ["back%5Cslash", "back\\slash"],
  ["a;b=c", "a;b=c"],
  ["a%23b%3Fc", "a#b?c"],
  ["/leading", "/leading"],
  ["a//b", "a//b"],
  ["folder/", "folder/"],
  ["...", "..."],
  ["a/.hidden", "a/.hidden"],
  ["%0A", "\n"],
  ["k".repeat(1024), "k".repeat(1024)],
];

for (const [encoded, key] of awkwardKeys) {
  const title = encoded.length > 40 ? `${encoded.slice(0, 8)}... (${encoded.length})` : encoded;
  test(`the path tail ${title} is decoded once`, (t) => {
    t.is(decodeObjectKey(encoded), key);
  });
}

const refusedTails: readonly (readonly [encoded: string, why: string])[] = [
  ["", "empty"],
  ["100%.txt", "an escape that is none"],
  ["%E6%97", "an escape that is no UTF-8"],
  ["%ED%A0%80", "an escaped surrogate"],
  ["\ud800", "a lone surrogate"],
  ["a%00b", "NUL"],
  ["k".repeat(1025), "longer than 1024 bytes"],
  ["%E6%97%A5".repeat(342), "longer than 1024 bytes of UTF-8"],
  [".", "a dot segment"],
  ["a/../b", "a double-dot segment"],
  ["a%2F%2E%2E%2Fb", "an escaped double-dot segment"],
  ["a/.", "a trailing dot segment"],
  ["a\\b", "a backslash that is not escaped"],
];

for (const [encoded, why] of refusedTails) {
  test(`a path tail with this fault is refused: ${why}`, (t) => {
    const error = t.throws(() => decodeObjectKey(encoded), { instanceOf: Refusal });
    t.is(error.code, "invalid_key");
  });
}

test("every key a client encodes with encodeURIComponent comes back as it was, or is refused", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }), (key) => {
      try {
        t.is(decodeObjectKey(encodeURIComponent(key)), key);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        t.true(
          key.includes("\0") || Buffer.byteLength(key) > 1024 || /(^|\/)\.{1,2}(\/|$)/.test(key),
          `refused without a reason: ${JSON.stringify(key)}`,
        );
      }
    }),
  );
});

test("no path tail brings about anything but a key or a refusal", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (tail) => {
      try {
        decodeObjectKey(tail);
      } catch (error) {
        return error instanceof Refusal;
      }
      return true;
    }),
  );
  t.pass();
});

test("the last segment of a key is what follows its last slash", (t) => {
  t.is(lastSegment("a/b/c.txt"), "c.txt");
  t.is(lastSegment("c.txt"), "c.txt");
  t.is(lastSegment("folder/"), "");
});
