import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import type { CodeFiles } from "../../../local/lambda/code-files.ts";
import { codeSha256, readArchive, readFolder, writeCode } from "../../../local/lambda/function-code.ts";

async function makeFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** Files as Pulumi packs them, without permissions. */
function plainFiles(files: Readonly<Record<string, string | Buffer>>): CodeFiles {
  return new Map(
    Object.entries(files).map(([path, content]) => [path, { content: Buffer.from(content), mode: 0o644 }]),
  );
}

test("an archive's assets, files, folders and nested archives all unpack", async (t) => {
  const project = await makeFolder(t);
  await mkdir(join(project, "code/deep"), { recursive: true });
  await writeFile(join(project, "code/a.txt"), "a");
  await writeFile(join(project, "code/deep/b.bin"), Buffer.of(0, 255));
  const { asset } = pulumi;
  const archive = new asset.AssetArchive({
    "index.mjs": new asset.StringAsset("export {}"),
    "one.txt": new asset.FileAsset("code/a.txt"),
    copy: new asset.FileArchive("code"),
    nested: new asset.AssetArchive({ "c.txt": new asset.StringAsset("c") }),
  });
  const files = await readArchive(archive, project);
  t.deepEqual(
    Object.fromEntries([...files].map(([path, { content }]) => [path, content.toString("latin1")])),
    {
      "index.mjs": "export {}",
      "one.txt": "a",
      "copy/a.txt": "a",
      "copy/deep/b.bin": "\0\xff",
      "nested/c.txt": "c",
    },
  );
  t.deepEqual(
    await readArchive(new asset.FileArchive("code"), project),
    await readFolder(join(project, "code")),
  );
});

test("what is written is what was read, and has its hash", async (t) => {
  const folder = await makeFolder(t);
  const files = plainFiles({ "index.mjs": "export {}", "sub/data.bin": Buffer.of(1, 2, 3) });
  await writeCode(files, folder);
  t.is(codeSha256(await readFolder(folder)), codeSha256(files));
});

test("the hash tells every difference apart, and no difference of order", (t) => {
  const archive = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
  const hash = (files: Record<string, string>) => codeSha256(plainFiles(files));
  fc.assert(
    fc.property(archive, archive, (one, other) => {
      const reversed = Object.fromEntries(Object.entries(one).reverse());
      t.is(hash(one), hash(reversed));
      const entries = (files: Record<string, string>) => JSON.stringify(Object.entries(files).sort());
      t.is(hash(one) === hash(other), entries(one) === entries(other));
    }),
  );
});

test("archives that cannot be read say so", async (t) => {
  const project = await makeFolder(t);
  const { asset } = pulumi;
  await t.throwsAsync(readArchive(new asset.RemoteArchive("https://example.com/code.zip"), project), {
    message: /neither an AssetArchive nor a FileArchive/,
  });
  await t.throwsAsync(
    readArchive(new asset.AssetArchive({ a: new asset.RemoteAsset("https://example.com/a") }), project),
    { message: /remote asset https:\/\/example\.com\/a is not fetched/ },
  );
  await t.throwsAsync(readArchive(undefined, project), { message: /not a Pulumi asset or archive/ });
});
