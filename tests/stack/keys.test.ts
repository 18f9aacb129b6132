import test from "ava";
import { assertRefused, download, putObject, testKey } from "./stack.ts";

const awkwardNames = [
  "plain.txt",
  "with space.txt",
  "100%.txt",
  "a+b.txt",
  "literal%2Fslash.txt",
  "folder/in folder.txt",
  "semi;colon,comma.txt",
  "question?hash#.txt",
  `quote'and"quote.txt`,
  "日本語のファイル.txt",
  "emoji-🚀.txt",
  "(brackets) [and] {braces}.txt",
  "equals=and&ampersand.txt",
  "tilde~and!star*.txt",
];

for (const name of awkwardNames) {
  test(`the key ${name} can be downloaded, and only its own object`, async (t) => {
    const key = testKey(name);
    await putObject(t, key, `content of ${name}`);
    const response = await download(key);
    t.is(response.status, 200);
    t.is(await response.text(), `content of ${name}`);
  });
}

const refusedPaths = ["%zz", "%E0%A4%A", "a/%2E%2E/b", "nul%00byte", "x".repeat(1025)];

for (const path of refusedPaths) {
  test(`the path ${path.slice(0, 20)} is no key`, async (t) => {
    await assertRefused(
      t,
      await requestPath(path),
      400,
      path.startsWith("%zz") ? "bad_request" : "invalid_key",
    );
  });
}

function requestPath(path: string): Promise<Response> {
  return download("", { query: path });
}
