import { existsSync } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { FolderObjects } from "../../../local/s3/folder-objects.ts";
import { temporaryFolder } from "../../helpers/running-s3.ts";

test("a key is the path below the folder", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "a/b"), { recursive: true });
  for (const name of ["a/b/100% & 'more' + \"that\".txt", "a/日本語 😀.txt", "a/#?.txt"]) {
    await writeFile(join(folder, name), name);
    const object = await (await FolderObjects.open(folder)).find(name);
    t.is(object?.size, Buffer.byteLength(name), name);
  }
});

test("only files are objects", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "a/empty"), { recursive: true });
  await writeFile(join(folder, "a/file"), "");
  const objects = await FolderObjects.open(folder);
  for (const key of [
    "a",
    "a/",
    "a/empty",
    "a/file/",
    "a//file",
    "/a/file",
    "./a/file",
    "a/../a/file",
    "a/file/below",
    "a/file\0",
    "..",
    "x".repeat(256),
    "a/nothing",
  ]) {
    t.is(await objects.find(key), undefined, key);
  }
  t.not(await objects.find("a/file"), undefined);
  t.deepEqual(await objects.keys(""), ["a/file"]);
});

test("a symbolic link is followed within the folder and nowhere else", async (t) => {
  const [folder, outside] = [await temporaryFolder(t), await temporaryFolder(t)];
  await mkdir(join(folder, "inside"));
  await writeFile(join(folder, "inside/file"), "mine");
  await writeFile(join(outside, "file"), "not mine");
  await symlink(join(folder, "inside/file"), join(folder, "good-file"));
  await symlink("inside", join(folder, "good-folder"));
  await symlink("..", join(folder, "inside/loop"));
  await symlink(join(outside, "file"), join(folder, "bad-file"));
  await symlink(outside, join(folder, "bad-folder"));
  await symlink(join("..", outside.split("/").at(-1) ?? "", "file"), join(folder, "bad-relative"));
  await symlink("nothing", join(folder, "dangling"));

  const objects = await FolderObjects.open(folder);
  for (const key of ["good-file", "good-folder/file", "inside/loop/inside/file"]) {
    t.is((await objects.find(key))?.size, 4, key);
  }
  for (const key of ["bad-file", "bad-folder/file", "bad-relative", "dangling"]) {
    t.is(await objects.find(key), undefined, key);
  }
  t.deepEqual((await objects.keys("")).sort(), ["good-file", "good-folder/file", "inside/file"]);
});

test("a folder beside the bucket's with a longer name is outside it", async (t) => {
  const parent = await temporaryFolder(t);
  await mkdir(join(parent, "files"));
  await mkdir(join(parent, "files-too"));
  await writeFile(join(parent, "files-too/secret"), "");
  await symlink(join(parent, "files-too/secret"), join(parent, "files/link"));
  t.is(await (await FolderObjects.open(join(parent, "files"))).find("link"), undefined);
});

test("the folder itself may be reached through a symbolic link", async (t) => {
  const parent = await temporaryFolder(t);
  await mkdir(join(parent, "real"));
  await writeFile(join(parent, "real/file"), "");
  await symlink("real", join(parent, "link"));
  t.not(await (await FolderObjects.open(join(parent, "link"))).find("file"), undefined);
});

/** Whether the file system tells the two forms of a name apart, as Linux's do and macOS's do not. */
async function tellsFormsApart(folder: string): Promise<boolean> {
  await writeFile(join(folder, "ü".normalize("NFC")), "");
  return !existsSync(join(folder, "ü".normalize("NFD")));
}

test("a key is the file's name byte for byte, whatever its form", async (t) => {
  if (!(await tellsFormsApart(await temporaryFolder(t))))
    return t.pass("this file system takes both for one file");
  const folder = await temporaryFolder(t);
  const [nfc, nfd] = ["Grüße/Änderung.txt".normalize("NFC"), "Grüße/Änderung.txt".normalize("NFD")];
  await mkdir(join(folder, dirname(nfd)));
  await writeFile(join(folder, nfd), "hello");
  const objects = await FolderObjects.open(folder);
  t.is((await objects.find(nfd))?.size, 5);
  t.is(await objects.find(nfc), undefined);
  t.deepEqual(await objects.keys(""), [nfd]);
  // Both may stand side by side.
  await mkdir(join(folder, dirname(nfc)));
  await writeFile(join(folder, nfc), "other content");
  t.is((await objects.find(nfc))?.size, 13);
  t.is((await objects.find(nfd))?.size, 5);
  t.deepEqual((await objects.keys("Gr")).sort(), [nfc, nfd].sort());
});

test("a folder that may not be read is passed over", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "closed"));
  await writeFile(join(folder, "open"), "");
  await chmod(join(folder, "closed"), 0o000);
  t.teardown(() => chmod(join(folder, "closed"), 0o700));
  t.deepEqual(await (await FolderObjects.open(folder)).keys(""), ["open"]);
});

test("a folder that is not there is an error at once", async (t) => {
  const folder = await temporaryFolder(t);
  await t.throwsAsync(FolderObjects.open(join(folder, "nothing")), { code: "ENOENT" });
});
