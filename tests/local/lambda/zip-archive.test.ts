import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as pulumi from "@pulumi/pulumi";
import test, { type ExecutionContext } from "ava";
import { ZipFile } from "yazl";
import { readArchive, writeCode } from "../../../local/lambda/function-code.ts";
import { readZip } from "../../../local/lambda/zip-archive.ts";

async function makeFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** What an entry of the central directory begins with; version and system of its maker follow. */
const centralHeader = "PK\x01\x02";

/** @param change Alters the finished archive's bytes, one a character. */
async function writeZip(
  t: ExecutionContext,
  files: Readonly<Record<string, number>>,
  change: (bytes: string) => string = (bytes) => bytes,
): Promise<string> {
  const zip = new ZipFile();
  for (const [path, mode] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(`content of ${path}`), path, { mode });
  }
  zip.addEmptyDirectory("empty");
  zip.end();
  const path = join(await makeFolder(t), "function.zip");
  const bytes = await buffer(zip.outputStream);
  await writeFile(path, Buffer.from(change(bytes.toString("latin1")), "latin1"));
  return path;
}

test("a zip file's files are written with their content and permissions", async (t) => {
  const path = await writeZip(t, { "run.sh": 0o100755, "deep/er/data.txt": 0o100640 });
  const folder = await makeFolder(t);
  await writeCode(await readArchive(new pulumi.asset.FileArchive(path), "/"), folder);
  t.is(await readFile(join(folder, "run.sh"), "utf8"), "content of run.sh");
  t.is((await stat(join(folder, "run.sh"))).mode & 0o777, 0o755 & ~process.umask());
  t.is(await readFile(join(folder, "deep/er/data.txt"), "utf8"), "content of deep/er/data.txt");
  t.is((await stat(join(folder, "deep/er/data.txt"))).mode & 0o777, 0o640 & ~process.umask());
});

test("a file packed without permissions is not executable", async (t) => {
  const unix = `${centralHeader}\x3f\x03`;
  const dos = `${centralHeader}\x3f\x00`;
  const path = await writeZip(t, { "run.sh": 0o100755 }, (bytes) => bytes.replaceAll(unix, dos));
  t.is((await readZip(path)).get("run.sh")?.mode, 0o644);
});

test("a path that leads out of the function's folder is refused", async (t) => {
  const path = await writeZip(t, { "aa/out.txt": 0o100644 }, (bytes) => bytes.replaceAll("aa/out", "../out"));
  await t.throwsAsync(readZip(path), {
    message: /function\.zip cannot be unpacked: invalid relative path: \.\.\/out\.txt$/,
  });
});

test("a symbolic link is refused", async (t) => {
  const path = await writeZip(t, { link: 0o120777 });
  await t.throwsAsync(readZip(path), { message: /cannot be unpacked: link is not a regular file$/ });
});

test("what is no zip file, or damaged, is refused", async (t) => {
  const notZip = join(await makeFolder(t), "function.zip");
  await writeFile(notZip, "PK");
  await t.throwsAsync(readZip(notZip), { message: /function\.zip cannot be unpacked: / });
  const damaged = await writeZip(t, { a: 0o100644 }, (bytes) => bytes.replace(centralHeader, "PK\x01\x03"));
  await t.throwsAsync(readZip(damaged), { message: /function\.zip cannot be unpacked: / });
});
