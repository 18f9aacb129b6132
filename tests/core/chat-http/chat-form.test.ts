import test from "ava";
import { negotiateForm } from "../../../core/chat-http/chat-form.ts";
import { Refusal } from "../../../core/refusal.ts";

const lines = "application/x-ndjson";
const events = "text/event-stream";

for (const [accept, mediaType] of [
  [undefined, lines],
  ["", lines],
  ["*/*", lines],
  ["application/json", lines],
  ["application/json; charset=utf-8", lines],
  ["application/x-ndjson", lines],
  ["application/jsonl", lines],
  ["application/*", lines],
  ["text/event-stream", events],
  ["TEXT/Event-Stream", events],
  ["text/*", events],
  ["text/html, text/event-stream;q=0.1", events],
  // Equals: the one named first is better, and JSON lines where none is.
  ["text/event-stream, application/json", events],
  ["application/json, text/event-stream", lines],
  ["text/event-stream, */*", events],
  ["*/*, text/event-stream", events],
  ["application/json, text/plain, */*", lines],
  ["text/*, application/*", events],
  ["text/event-stream;q=0.5, application/json;q=0.5, */*;q=0.1", events],
  ["text/html, */*", lines],
  ["application/json;q=0.5, text/event-stream;q=0.5", lines],
  // Qualities decide.
  ["application/json;q=0.5, text/event-stream", events],
  ["text/event-stream;q=0.9, */*;q=0.8", events],
  ["text/event-stream;q=0.8, */*;q=0.9", lines],
  ["*/*, application/*;q=0", events],
  ["text/event-stream ; Q=0.2 , application/json;q=0.1", events],
  // The most specific range counts.
  ["text/*, text/event-stream;q=0, application/json;q=0.1", lines],
  // What cannot be understood is left out.
  ["nonsense, ;;;, text/event-stream;q=2, application/json;q=0.001", lines],
  ['text/event-stream;note="a,b";q=0.1, application/json;q=x, text/event-stream', events],
] as const) {
  test(`Accept: ${accept ?? "(none)"} is answered with ${mediaType}`, (t) => {
    t.is(negotiateForm(accept).mediaType, mediaType);
  });
}

for (const accept of [
  "text/html",
  "text/html, image/*;q=0.8",
  "*/*;q=0",
  "nonsense",
  "text/event-stream;q=0",
]) {
  test(`Accept: ${accept} cannot be answered`, (t) => {
    const refusal = t.throws(() => negotiateForm(accept), { instanceOf: Refusal });
    t.is(refusal.code, "not_acceptable");
    t.is(refusal.message, "The answer comes as application/x-ndjson or text/event-stream.");
    t.deepEqual(refusal.headers, { Vary: "Accept" });
  });
}
