import test from "ava";
import { answerWithObject } from "../helpers/scripted-s3.ts";
import { downloadEvent, startDownloadFunction } from "../helpers/invoke-download.ts";

const corsOrigins = ["https://a.example"];
const whole = answerWithObject(Buffer.from("hello"), { headers: {} });

for (const [what, path, status] of [
  ["an object", "/download/k.txt", 200],
  ["an error", "/download/", 400],
] as const) {
  test.serial(`${what} can be read by a page of an allowed origin, and by no other's`, async (t) => {
    const { invoke } = await startDownloadFunction(t, () => whole, { corsOrigins });
    for (const [name, origin, allowed] of [
      ["Origin", "https://a.example", "https://a.example"],
      ["origin", "https://a.example", "https://a.example"],
      ["Origin", "https://evil.example", undefined],
    ] as const) {
      const { stream, done } = invoke(downloadEvent({ path, headers: { [name]: origin } }));
      t.is(await done, undefined);
      const { statusCode, headers } = stream.response().metadata;
      t.is(statusCode, status);
      t.is(headers?.["Access-Control-Allow-Origin"], allowed);
      t.regex(headers?.["Vary"] ?? "", /(?:^|, )Origin$/);
    }
  });
}
