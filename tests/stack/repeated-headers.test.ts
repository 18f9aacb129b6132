import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { credentialHeaders } from "./caller.ts";
import { downloadTest } from "./downloads.ts";
import { putObject, testKey } from "./stack.ts";

const run = promisify(execFile);

/** Sends each header in a line of its own, which `fetch` does not. `E` is the object's entity tag. */
const cases = [
  { lines: ["Range: bytes=0-1", "Range: bytes=0-3"], status: 206, size: 4 },
  { lines: ["Range: bytes=0-3", "Range: nonsense"], status: 200, size: 10 },
  { lines: ["Range: bytes=0-3", 'If-Range: "other"', "If-Range: E"], status: 206, size: 4 },
  { lines: ["Range: bytes=0-3", "If-Range: E", 'If-Range: "other"'], status: 200, size: 10 },
  { lines: ['If-None-Match: "other"', "If-None-Match: E"], status: 304, size: 0 },
  { lines: ["If-None-Match: E", 'If-None-Match: "other"'], status: 200, size: 10 },
  { lines: ['If-Match: "other"', "If-Match: E"], status: 200, size: 10 },
];

for (const { lines, status, size } of cases) {
  downloadTest(
    `of a header in two lines the last counts: ${lines.join(" / ")}`,
    async (t, { url, download }) => {
      const key = testKey("repeated.txt");
      await putObject(t, key, "0123456789");
      const plain = await download(key);
      const etag = plain.headers.get("etag") ?? "";
      await plain.text();
      const headers = Object.entries(await credentialHeaders(url(key))).map(
        ([name, value]) => `${name}: ${value}`,
      );
      const sent = [...headers, ...lines.map((line) => line.replace(/E$/, etag))].flatMap((line) => [
        "-H",
        line,
      ]);
      const { stdout } = await run("curl", [
        "-sS",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code} %{size_download}",
        ...sent,
        url(key),
      ]);
      t.is(stdout, `${status} ${size}`);
    },
  );
}
