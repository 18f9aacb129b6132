import test from "ava";
import fc from "fast-check";
import { policyJson, policyPattern } from "../../components/policy-text.ts";

test("a policy is ASCII, and says what it said", (t) => {
  const document = { Resource: "arn:aws:s3:::files/日本/é/🙂*" };
  const text = policyJson(document);
  t.regex(text, /^[ -~]+$/);
  t.is(text, '{"Resource":"arn:aws:s3:::files/\\u65e5\\u672c/\\u00e9/\\ud83d\\ude42*"}');
  t.deepEqual(JSON.parse(text), document);
});

test("a pattern keeps the characters that IAM takes, and has a wildcard for the others", (t) => {
  t.is(policyPattern("a b/é/"), "a b/é/");
  t.is(policyPattern("日本/x🙂y/"), "*/x*y/");
});

test("any text becomes a pattern that IAM takes, also when the escapes are undone", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const pattern = policyPattern(text);
      return (
        /^[\u0020-\u00ff]*$/.test(pattern) &&
        (JSON.parse(policyJson({ pattern })) as { pattern: string }).pattern === pattern
      );
    }),
  );
  t.pass();
});
