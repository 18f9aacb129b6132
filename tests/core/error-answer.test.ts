import test from "ava";
import { errorAnswer } from "../../core/error-answer.ts";
import { Refusal } from "../../core/refusal.ts";

test("a refusal is answered with its status, its headers and its message as JSON", (t) => {
  const refusal = new Refusal("slow_down", "Wait.", { headers: { "Retry-After": "2" } });
  const { status, headers, body } = errorAnswer(refusal);
  const text = '{"error":{"code":"slow_down","message":"Wait."}}';
  t.is(status, 503);
  t.deepEqual(headers, {
    "Retry-After": "2",
    "Cache-Control": "no-store",
    "Content-Length": String(text.length),
    "Content-Type": "application/json",
    "X-Content-Type-Options": "nosniff",
  });
  t.is(Buffer.from(body).toString(), text);
});

test("anything else is a fault of ours, and nothing of it is told", (t) => {
  for (const thrown of [new TypeError("secret"), "secret", undefined]) {
    const { status, body } = errorAnswer(thrown);
    t.is(status, 500);
    t.is(Buffer.from(body).toString(), '{"error":{"code":"internal_error","message":"The API failed."}}');
  }
});
