import { randomBytes } from "node:crypto";
import { downloadTest } from "./downloads.ts";
import { assertRefused, putObject, testKey } from "./stack.ts";

const bytes = randomBytes(1000);

const satisfiable = [
  { range: "bytes=0-0", start: 0, end: 0 },
  { range: "bytes=0-499", start: 0, end: 499 },
  { range: "bytes=500-999", start: 500, end: 999 },
  { range: "bytes=500-", start: 500, end: 999 },
  { range: "bytes=900-5000", start: 900, end: 999 },
  { range: "bytes=-100", start: 900, end: 999 },
  { range: "bytes=-5000", start: 0, end: 999 },
];

for (const { range, start, end } of satisfiable) {
  downloadTest(`Range: ${range} yields bytes ${start} to ${end}`, async (t, { download }) => {
    const key = testKey(`range-${range}`);
    await putObject(t, key, bytes);
    const response = await download(key, { headers: { range } });
    t.is(response.status, 206);
    t.is(response.headers.get("content-range"), `bytes ${start}-${end}/1000`);
    t.is(response.headers.get("x-object-size"), "1000");
    t.true(bytes.subarray(start, end + 1).equals(Buffer.from(await response.arrayBuffer())));
  });
}

for (const range of ["bytes=0-1,5-6", "bytes=", "bytes=5-2", "bytes=a-b", "items=0-5"]) {
  downloadTest(`Range: ${range} is answered with the whole object`, async (t, { download }) => {
    const key = testKey(`whole-${range}`);
    await putObject(t, key, bytes);
    const response = await download(key, { headers: { range } });
    t.is(response.status, 200);
    t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
  });
}

downloadTest("a range outside the object is refused with the size", async (t, { download }) => {
  const key = testKey("outside");
  await putObject(t, key, bytes);
  const response = await download(key, { headers: { range: "bytes=1000-" } });
  t.is(response.headers.get("content-range"), "bytes */1000");
  await assertRefused(t, response, 416, "range_not_satisfiable");
});

downloadTest("If-Range decides between the part and the whole", async (t, { download }) => {
  const key = testKey("if-range");
  await putObject(t, key, bytes);
  const whole = await download(key);
  const etag = whole.headers.get("etag") ?? "";
  await whole.arrayBuffer();
  const range = "bytes=10-19";
  const same = await download(key, { headers: { range, "if-range": etag } });
  t.is(same.status, 206);
  t.true(bytes.subarray(10, 20).equals(Buffer.from(await same.arrayBuffer())));
  const other = await download(key, { headers: { range, "if-range": '"other"' } });
  t.is(other.status, 200);
  t.true(bytes.equals(Buffer.from(await other.arrayBuffer())));
});
