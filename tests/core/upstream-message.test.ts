import test from "ava";
import { maskedMessage } from "../../core/upstream-message.ts";

for (const [message, masked] of [
  ["Operation not allowed", "Operation not allowed"],
  [
    "The provided model doesn't support on-demand throughput. It isn’t for 'm.x-v1:0'.",
    "The provided model doesn't support on-demand throughput. It isn’t for 'm.x-v1:0'.",
  ],
  [
    "1 validation error detected: Value 'it's me' at 'messages.1.content' failed to satisfy constraint",
    "1 validation error detected: Value '***' at 'messages.1.content' failed to satisfy constraint",
  ],
  ['value "a" at x', "value '***' at x"],
  ["key AKIAIOSFODNN7EXAMPLE of arn:aws:iam::111122223333:user/jane", "key *** of arn:aws:iam::***:user/***"],
  [
    "`temperature` and `top_p` cannot both be specified",
    "`temperature` and `top_p` cannot both be specified",
  ],
  ["x".repeat(600), `${"x".repeat(500)}...`],
] as const) {
  test(`in the log: ${masked.slice(0, 90)}`, (t) => {
    t.is(maskedMessage(message), masked);
  });
}

test("what was sent is not repeated", (t) => {
  t.is(maskedMessage("cannot read secret in $&", ["secret"]), "cannot read *** in $&");
});
