import test from "ava";
import { preflightHeaders, preflightTemplate } from "../../../components/api/cors.ts";

const origins = ["https://a.example", "https://b.example"];

test("a preflight names methods, headers and the first origin", (t) => {
  t.deepEqual(preflightHeaders(["HEAD", "GET"], "apiKey", origins), {
    "Access-Control-Allow-Origin": "https://a.example",
    "Access-Control-Allow-Methods": "GET,HEAD",
    "Access-Control-Allow-Headers":
      "x-api-key,range,if-match,if-range,if-none-match,authorization,content-type,last-event-id",
    "Access-Control-Max-Age": "7200",
    Vary: "Origin",
  });
});

test("a page that signs may also say when, for which session and over which body", (t) => {
  const { "Access-Control-Allow-Headers": headers } = preflightHeaders(["GET"], "iam", origins);
  t.regex(
    String(headers),
    /,authorization,content-type,last-event-id,x-amz-date,x-amz-security-token,x-amz-content-sha256$/,
  );
});

test("ANY is every method there is", (t) => {
  const { "Access-Control-Allow-Methods": methods } = preflightHeaders(["ANY"], "none", origins);
  t.is(methods, "DELETE,GET,HEAD,PATCH,POST,PUT");
});

test("one origin needs no template", (t) => {
  t.is(preflightTemplate(["https://a.example"]), undefined);
});
