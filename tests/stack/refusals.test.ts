import test from "ava";
import { call, wrongCredentialHeaders } from "./caller.ts";
import { downloadTest } from "./downloads.ts";
import { assertRefused, outputs, putObject, testKey } from "./stack.ts";

downloadTest("an object that is not there is a 404", async (t, { download }) => {
  await assertRefused(t, await download(testKey("nothing-here")), 404, "not_found");
});

/** With IAM what is unsigned and what is not there are one to API Gateway: docs/decisions/0006-unknown-paths-and-unsigned-requests.md. */
const unknown: readonly [status: number, code: string] =
  outputs.auth === "iam" ? [403, "forbidden"] : [404, "not_found"];

test(`a path without a route is a ${unknown[0]}`, async (t) => {
  await assertRefused(t, await call(`${outputs.downloadApi.url}/nowhere`), ...unknown);
});

test(`a method without a route is a ${unknown[0]}`, async (t) => {
  const url = `${outputs.downloadApi.url}/download/${testKey("any")}`;
  await assertRefused(t, await call(url, { method: "POST", body: "x" }), ...unknown);
});

if (outputs.auth !== "none") {
  downloadTest("no object is given out without credentials, or with wrong ones", async (t, { url }) => {
    const key = testKey("secret.txt");
    await putObject(t, key, "secret");
    await assertRefused(t, await fetch(url(key)), 403, "forbidden");
    const headers = await wrongCredentialHeaders(url(key));
    await assertRefused(t, await fetch(url(key), { headers }), 403, "forbidden");
  });
}

downloadTest("an unknown disposition is refused", async (t, { download }) => {
  const key = testKey("disposition.txt");
  await putObject(t, key, "x");
  await assertRefused(t, await download(key, { query: "?disposition=popup" }), 400, "invalid_parameter");
});
