import test from "ava";
import { integrationTimeoutMilliseconds } from "../../../components/api/lambda-proxy-integration.ts";

for (const [mode, functionTimeoutSeconds, milliseconds, why] of [
  ["STREAM", 1, 1_000, "as long as the function"],
  ["STREAM", 29, 29_000, "as long as the function"],
  ["STREAM", 30, 30_000, "beyond the 29 s that API Gateway falls back to"],
  ["STREAM", 900, 900_000, "up to API Gateway's 15 minutes"],
  ["STREAM", 901, 900_000, "no longer than API Gateway's 15 minutes"],
  ["STREAM", undefined, 3_000, "Lambda's own default when the function has no timeout"],
  ["BUFFERED", 3, 3_000, "as long as the function"],
  ["BUFFERED", 29, 29_000, "as long as the function"],
  ["BUFFERED", 30, 29_000, "no longer than API Gateway's 29 s"],
  ["BUFFERED", undefined, 3_000, "Lambda's own default when the function has no timeout"],
] as const) {
  test(`a ${mode} integration of a ${functionTimeoutSeconds ?? "default"} s function waits ${why}`, (t) => {
    t.is(integrationTimeoutMilliseconds(mode, functionTimeoutSeconds), milliseconds);
  });
}
