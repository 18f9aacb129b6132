import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { writeZip } from "../../../components/function/zip-file.ts";
import { readZip } from "../../../local/lambda/zip-archive.ts";
import { temporaryFolder } from "../../helpers/running-s3.ts";
import { projectFolder } from "../../helpers/recorded-program.ts";

const script = { content: Buffer.from("#!/bin/sh\n"), mode: 0o755 };
const text = { content: Buffer.from("x".repeat(1000)), mode: 0o644 };

test("a zip holds its files with their permissions", async (t) => {
  const path = join(await temporaryFolder(t), "code.zip");
  await writeZip(path, { "run.sh": script, "folder/text.txt": text });
  t.deepEqual(Object.fromEntries(await readZip(path)), { "folder/text.txt": text, "run.sh": script });
});

test("the same files make the same bytes, in whatever order, time zone and year", async (t) => {
  const folder = await temporaryFolder(t);
  await writeZip(join(folder, "one.zip"), { "a.txt": text, "run.sh": script });
  await writeZip(join(folder, "two.zip"), { "run.sh": script, "a.txt": text });
  const elsewhere = `
    import { writeZip } from "./components/function/zip-file.ts";
    Date.now = () => 2e12;
    await writeZip(process.argv[1], {
      "run.sh": { content: Buffer.from("#!/bin/sh\\n"), mode: 0o755 },
      "a.txt": { content: Buffer.from("x".repeat(1000)), mode: 0o644 },
    });`;
  execFileSync(
    process.execPath,
    ["--import", "./ts.mjs", "--input-type=module", "--eval", elsewhere, "--", join(folder, "three.zip")],
    { cwd: projectFolder, env: { ...process.env, TZ: "Pacific/Kiritimati" } },
  );
  const [one, ...others] = await Promise.all(
    ["one", "two", "three"].map((name) => readFile(join(folder, `${name}.zip`))),
  );
  for (const other of others) t.true(one?.equals(other));
});
