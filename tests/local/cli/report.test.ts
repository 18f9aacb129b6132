import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { readyReport } from "../../../local/cli/report.ts";
import { openStackOutputs } from "../../helpers/local-outputs.ts";

const routes = [
  "ANY /{proxy+}",
  "GET /assets/app.js",
  "GET /assets/style.css",
  "GET /download/{key+}",
  "HEAD /assets/app.js",
  "HEAD /download/{key+}",
];

function report(t: ExecutionContext, config: Record<string, string>, ...files: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-report-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "public"));
  symlinkSync(tmpdir(), join(folder, "link"));
  for (const file of files) writeFileSync(join(folder, file), "text");
  return readyReport(
    {
      ...openStackOutputs,
      downloadApi: {
        url: "http://127.0.0.1:8787/dev",
        restApiId: "downloads",
        stage: "dev",
        routes,
      },
    },
    {
      settings: { project: "streamgate", stack: "dev", config },
      filesFolder: folder,
      logFolder: "",
      outputsFile: "",
      caps: true,
      bedrock: "local",
      readySeconds: 1,
      language: "en",
    },
  ).split("\n");
}

function whatToTry(...args: Parameters<typeof report>): string[] {
  const lines = report(...args);
  return lines.slice(lines.indexOf("Try") + 1, lines.indexOf("Running on 127.0.0.1") - 1);
}

test("the first two files of the folder can be fetched, by name, and hidden ones are not shown", (t) => {
  const lines = whatToTry(t, {}, "b", "c", "a", ".hidden");
  t.deepEqual(lines, [
    '  curl -fsS -o a "http://127.0.0.1:8787/dev/download/a"',
    '  curl -fsS -o b "http://127.0.0.1:8787/dev/download/b"',
  ]);
});

test("with a key prefix only files under it are shown", (t) => {
  const lines = whatToTry(t, { "streamgate:keyPrefix": "public/" }, "a", "public/b");
  t.deepEqual(lines, ['  curl -fsS -o b "http://127.0.0.1:8787/dev/download/public/b"']);
});

test("a folder without files says where to put one", (t) => {
  for (const place of ["public", "nowhere"]) {
    const lines = whatToTry(t, { "streamgate:keyPrefix": `${place}/` }, "a");
    t.is(lines.length, 1);
    t.regex(lines[0] ?? "", new RegExp(`^ {2}no file to download yet: put one into .*/${place}$`));
  }
});

test("an address list that leaves out this machine is named as the reason of every 403 to come", (t) => {
  const [, reason] = whatToTry(t, { "streamgate:allowedCidrs": '["203.0.113.0/24","::/0"]' }, "a");
  t.regex(reason ?? "", /answered with 403, because allowedCidrs leaves out 127\.0\.0\.1/);
  for (const open of ["[]", '["203.0.113.0/24","127.0.0.0/8"]']) {
    t.is(whatToTry(t, { "streamgate:allowedCidrs": open }, "a").length, 1, open);
  }
});

test("a path is one line with its methods, and so are the files of a folder", (t) => {
  const lines = report(t, {}).map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith("downloadApi"));
  t.deepEqual(lines.slice(first + 1, first + 4), [
    "ANY /{proxy+}",
    "GET, HEAD /assets/...",
    "GET, HEAD /download/{key+}",
  ]);
});
