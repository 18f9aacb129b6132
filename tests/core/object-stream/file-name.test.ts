import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import fc from "fast-check";
import { contentDisposition } from "../../../core/object-stream/content-disposition.ts";
import { testNeeding } from "../../helpers/test-needing.ts";
import { asciiFileName, fileNameFor } from "../../../core/object-stream/file-name.ts";

const uuid = "uploads/6f1c2a0e-2f0e-4c1f-9a7b-0d6a3f1f5b11";

const stored: readonly (readonly [disposition: string, name: string])[] = [
  ["attachment; filename=report.pdf", "report.pdf"],
  ['inline; filename="two words.pdf"', "two words.pdf"],
  ["attachment; filename=\"a.txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt", "日本.txt"],
  ["attachment; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt; filename=a.txt", "日本.txt"],
  ["attachment; filename*=UTF-8''%ZZ; filename=fallback.txt", "fallback.txt"],
  ["attachment; filename*=iso-8859-1''f%FCr.txt", "für.txt"],
  ['attachment; filename="C:\\\\fakepath\\\\b.txt"', "b.txt"],
  ['attachment; filename="../../etc/passwd"', "passwd"],
  [Buffer.from('attachment; filename="日本語.txt"').toString("latin1"), "日本語.txt"],
  ["attachment; filename=foo bar.txt", "foo bar.txt"],
];

for (const [disposition, name] of stored) {
  test(`an object stored with ${disposition} is saved as ${name}`, (t) => {
    t.is(fileNameFor(uuid, disposition, undefined), name);
  });
}

test("a stored name that is none gives way to the key's", (t) => {
  for (const disposition of [
    "",
    "attachment",
    "nonsense",
    'attachment; filename=""',
    "a; filename=..",
    "\u0000",
  ]) {
    t.is(fileNameFor("a/b.txt", disposition, undefined), "b.txt", disposition);
  }
});

test("the name asked for counts before the stored one", (t) => {
  t.is(fileNameFor(uuid, "attachment; filename=stored.txt", "asked.txt"), "asked.txt");
  t.is(fileNameFor(uuid, "attachment; filename=stored.txt", ""), "stored.txt");
});

test("whether it is shown inline is not for the stored header to say", (t) => {
  t.is(contentDisposition(uuid, "text/html", {}, "inline; filename=p.html"), "attachment; filename=p.html");
});

const fallbacks: readonly (readonly [name: string, ascii: RegExp])[] = [
  ["report.pdf", /^report\.pdf$/],
  ["日本語.txt", /^file-[0-9a-f]{8}\.txt$/],
  ["請求書2026年12月.pdf", /^2026_12-[0-9a-f]{8}\.pdf$/],
  ["Müller & Söhne.pdf", /^Muller & Sohne-[0-9a-f]{8}\.pdf$/],
  ['a<b>c:d"e|f?g*h\\i.txt', /^a_b_c_d_e_f_g_h_i-[0-9a-f]{8}\.txt$/],
  ["aux.txt", /^aux-[0-9a-f]{8}\.txt$/],
  ["ends with a dot.", /^ends with a dot-[0-9a-f]{8}$/],
  ["🚀", /^file-[0-9a-f]{8}$/],
];

for (const [name, ascii] of fallbacks) {
  test(`the plain name of ${name} can be used everywhere`, (t) => t.regex(asciiFileName(name), ascii));
}

test("names of one length are not the same file", (t) => {
  const names = [
    "報告書.txt",
    "請求書.txt",
    "見積書.txt",
    "a?.txt",
    "a*.txt",
    "ä.txt",
    "a.txt",
    "A\u0308.txt",
    "Ä.txt",
  ];
  t.is(new Set(names.map(asciiFileName)).size, names.length);
});

test("any plain name is one that every file system takes", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }), (text) => {
      const name = fileNameFor("k", undefined, text);
      const ascii = asciiFileName(name);
      t.regex(ascii, /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[^<>:"/\\|?*]*[^<>:"/\\|?* .]$/i);
      t.regex(ascii, /^[\x20-\x7e]+$/);
      t.true(Buffer.byteLength(name) <= 255 && ascii.length <= 255);
    }),
  );
});

const curlTest = testNeeding(spawnSync("curl", ["--version"]).status === 0, ".ci/install-tools");

curlTest("curl -OJ saves names of other scripts side by side", async (t) => {
  const names = ["報告書.txt", "請求書.txt", "見積書.txt"];
  const server = createServer((request, response) => {
    const name = decodeURIComponent(String(request.url).slice(1));
    response.setHeader("Content-Disposition", contentDisposition(name, "text/plain", {}));
    response.end(name);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), "streamgate-names-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { port } = server.address() as AddressInfo;
  const urls = names.map((name) => `http://127.0.0.1:${port}/${encodeURIComponent(name)}`);
  for (const url of urls) await promisify(execFile)("curl", ["-sS", "-OJ", url], { cwd: folder });
  t.is(readdirSync(folder).length, names.length, readdirSync(folder).join(", "));
});
