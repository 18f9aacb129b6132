import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { ClientError } from "../../../client/index.ts";
import { saveObject, type SaveOptions } from "../../../client/node/index.ts";
import { sha256, withObject, type ObjectServer } from "../object-server.ts";

const KiB = 1024;
const content = randomBytes(400 * KiB + 11);
const quick = { firstDelayMilliseconds: 1, progressBytes: KiB };

/** Lends a server and a folder, and options to save the server's object there. */
async function withTarget(
  t: ExecutionContext,
  use: (server: ObjectServer, options: SaveOptions, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-client-"));
  try {
    await withObject(content, (server) =>
      use(
        server,
        { url: server.url, key: "k", file: join(folder, "k.bin"), rangeBytes: 16 * KiB, retry: quick },
        folder,
      ),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
  t.pass();
}

test("a file appears whole, verified, and alone", async (t) => {
  await withTarget(t, async (_server, options, folder) => {
    const saved = await saveObject(options);
    t.like(saved, { resumedBytes: 0, isVerified: true });
    t.deepEqual(await readFile(options.file), content);
    t.deepEqual(await readdir(folder), ["k.bin"]);
  });
});

test("without a digest the length alone is proof, and the result says so", async (t) => {
  await withTarget(t, async (server, options) => {
    server.digest = undefined;
    t.false((await saveObject(options)).isVerified);
  });
});

test("what an ended download left is gone on with, not asked for again", async (t) => {
  await withTarget(t, async (server, options, folder) => {
    server.faultOf = (request) => (request >= 12 ? { status: 403 } : undefined);
    await t.throwsAsync(saveObject(options), { instanceOf: ClientError });
    t.deepEqual((await readdir(folder)).sort(), ["k.bin.part", "k.bin.part.json"]);

    server.faultOf = () => undefined;
    const asked = server.requests.length;
    const { resumedBytes } = await saveObject(options);
    t.true(resumedBytes >= 4 * 16 * KiB);
    t.deepEqual(await readFile(options.file), content);
    const again = server.requests.slice(asked).filter(({ method }) => method === "GET").length;
    t.is(again, Math.ceil((content.length - resumedBytes) / (16 * KiB)));
    t.deepEqual(await readdir(folder), ["k.bin"]);
  });
});

test("an object that changed meanwhile ends the next download, and the one after brings it", async (t) => {
  const other = randomBytes(content.length);
  await withTarget(t, async (server, options, folder) => {
    server.faultOf = (request) => (request >= 12 ? { status: 403 } : undefined);
    await t.throwsAsync(saveObject(options), { instanceOf: ClientError });
    server.faultOf = () => undefined;
    server.replace(other);
    server.digest = sha256(other);
    const error = await t.throwsAsync(saveObject(options), { instanceOf: ClientError });
    t.is(error.code, "changed");
    t.deepEqual(await readdir(folder), []);
    await saveObject(options);
    t.deepEqual(await readFile(options.file), other);
  });
});

for (const [name, journal] of Object.entries({
  "no JSON": "{",
  "another form": '{"version":1}',
  "bytes beyond the file": JSON.stringify({
    version: 1,
    url: "u",
    object: { size: 10, etag: '"e"' },
    done: [{ first: 0, last: 9 }],
  }),
})) {
  test(`a journal of ${name} is no reason to trust the bytes`, async (t) => {
    await withTarget(t, async (_server, options) => {
      await writeFile(`${options.file}.part`, "x");
      await writeFile(`${options.file}.part.json`, journal);
      t.is((await saveObject(options)).resumedBytes, 0);
      t.deepEqual(await readFile(options.file), content);
    });
  });
}

test("two downloads do not write one file", async (t) => {
  await withTarget(t, async (_server, options) => {
    const [first, second] = await Promise.allSettled([saveObject(options), saveObject(options)]);
    const failed = [first, second].filter((result) => result.status === "rejected");
    t.is(failed.length, 1);
    t.is((failed[0]?.reason as ClientError).code, "busy");
    t.deepEqual(await readFile(options.file), content);
  });
});

test("bytes with another digest leave no file", async (t) => {
  await withTarget(t, async (server, options, folder) => {
    server.digest = sha256(Buffer.from("other"));
    const error = await t.throwsAsync(saveObject(options), { instanceOf: ClientError });
    t.is(error.code, "mismatch");
    t.deepEqual(await readdir(folder), []);
  });
});

test("a file that cannot be written ends the download before anything is asked", async (t) => {
  await withTarget(t, async (_server, options) => {
    await t.throwsAsync(saveObject({ ...options, file: join(options.file, "below", "a file") }), {
      code: "ENOENT",
    });
  });
});

test("a process killed at any moment leaves nothing wrong behind, until it is done", async (t) => {
  await withTarget(t, async (server, options, folder) => {
    server.faultOf = () => undefined;
    let kills = 0;
    for (let round = 0; ; round++) {
      // Later and later, so that it ends.
      const code = await killAfter(options, 400 + round * 150);
      if (code === 0) break;
      kills += 1;
      const files = await readdir(folder);
      if (files.includes("k.bin")) t.deepEqual(await readFile(options.file), content);
      t.true(round < 40);
    }
    t.true(kills >= 1);
    t.deepEqual(await readFile(options.file), content);
    t.deepEqual(await readdir(folder), ["k.bin"]);
  });
});

/** @returns The exit code of a process that saves the object; `null` when it was killed first. */
async function killAfter(options: SaveOptions, milliseconds: number): Promise<number | null> {
  const child = spawn(
    process.execPath,
    ["--import", "./ts.mjs", join(import.meta.dirname, "save-slowly.ts"), JSON.stringify(options)],
    { stdio: "inherit" },
  );
  const exited = once(child, "exit") as Promise<[number | null]>;
  const kill = sleep(milliseconds).then(() => child.kill("SIGKILL"));
  const [code] = await exited;
  await kill;
  return code;
}
