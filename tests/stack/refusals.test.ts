import test from "ava";
import { downloadTest } from "./downloads.ts";
import { assertRefused, outputs, putObject, testKey } from "./stack.ts";

downloadTest("an object that is not there is a 404", async (t, { download }) => {
  await assertRefused(t, await download(testKey("nothing-here")), 404, "not_found");
});

test("a path without a route is a 404", async (t) => {
  const response = await fetch(`${outputs.downloadApi.url}/nowhere`, {
    headers: { "x-api-key": outputs.apiKey },
  });
  await assertRefused(t, response, 404, "not_found");
});

test("a method without a route is a 404", async (t) => {
  const response = await fetch(`${outputs.downloadApi.url}/download/${testKey("any")}`, {
    method: "POST",
    body: "x",
    headers: { "x-api-key": outputs.apiKey },
  });
  await assertRefused(t, response, 404, "not_found");
});

downloadTest("no object is given out without a key, or with a wrong one", async (t, { url }) => {
  const key = testKey("secret.txt");
  await putObject(t, key, "secret");
  await assertRefused(t, await fetch(url(key)), 403, "forbidden");
  await assertRefused(t, await fetch(url(key), { headers: { "x-api-key": "wrong" } }), 403, "forbidden");
});

downloadTest("an unknown disposition is refused", async (t, { download }) => {
  const key = testKey("disposition.txt");
  await putObject(t, key, "x");
  await assertRefused(t, await download(key, { query: "?disposition=popup" }), 400, "invalid_parameter");
});
