import test from "ava";
import { requireJson } from "../../../core/chat-http/json-body.ts";
import { Refusal } from "../../../core/refusal.ts";

for (const contentType of [
  "application/json",
  "Application/JSON",
  "application/json;charset=utf-8",
  "application/json; charset=UTF-8",
  'application/json ; charset="utf-8"',
  "application/json; charset=utf8",
  "application/json;",
  "application/json ; ",
  " application/json\t",
  "application/json; charset=iso-8859-1",
  'application/json; profile="a;b,c"; charset=utf-8',
  "application/json;charset",
]) {
  test(`Content-Type: ${JSON.stringify(contentType)} is taken`, (t) => {
    t.notThrows(() => requireJson(contentType));
  });
}

for (const contentType of [
  undefined,
  "",
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/json-patch+json",
  "application/json, text/plain",
  "application/json text/plain",
  "application/",
  "json",
  "text/plain; application/json",
]) {
  test(`Content-Type: ${contentType ?? "(none)"} is refused`, (t) => {
    const refusal = t.throws(() => requireJson(contentType), { instanceOf: Refusal });
    t.is(refusal.code, "unsupported_media_type");
    t.is(refusal.status, 415);
  });
}
