import { downloadTest } from "./downloads.ts";
import { assertRefused, putObject, testKey } from "./stack.ts";

const past = new Date(Date.now() - 86_400_000).toUTCString();
const future = new Date(Date.now() + 86_400_000).toUTCString();

/** RFC 9110, section 13.2.2: in this order, and a date only where there is no entity tag. `E` is the object's own. */
const cases = [
  { headers: { "if-match": "E" }, status: 200 },
  { headers: { "if-match": "*" }, status: 200 },
  { headers: { "if-match": '"other"' }, status: 412 },
  { headers: { "if-unmodified-since": future }, status: 200 },
  { headers: { "if-unmodified-since": past }, status: 412 },
  { headers: { "if-match": "E", "if-unmodified-since": past }, status: 200 },
  { headers: { "if-none-match": "E" }, status: 304 },
  { headers: { "if-none-match": '"other"' }, status: 200 },
  { headers: { "if-modified-since": past }, status: 200 },
  { headers: { "if-modified-since": future }, status: 304 },
  { headers: { "if-none-match": '"other"', "if-modified-since": future }, status: 200 },
  { headers: { "if-match": '"other"', "if-none-match": "E" }, status: 412 },
];

for (const { headers, status } of cases) {
  downloadTest(
    `${JSON.stringify(headers).replaceAll(past, "past").replaceAll(future, "future")} yields ${status}`,
    async (t, { download }) => {
      const key = testKey(`conditional-${cases.findIndex((one) => one.headers === headers)}`);
      await putObject(t, key, "content");
      const plain = await download(key);
      const etag = plain.headers.get("etag") ?? "";
      await plain.text();
      const sent = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value === "E" ? etag : value]),
      );
      const response = await download(key, { headers: sent });
      if (status === 412) return assertRefused(t, response, 412, "precondition_failed");
      t.is(response.status, status);
      t.is(response.headers.get("etag"), etag);
      t.is(await response.text(), status === 304 ? "" : "content");
    },
  );
}
