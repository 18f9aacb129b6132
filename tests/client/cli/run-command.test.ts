import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import test from "ava";
import { withObject } from "../object-server.ts";

const program = join(import.meta.dirname, "..", "..", "..", "client", "cli", "main.mjs");
const content = randomBytes(100_000);

/** Runs the command in a folder of its own. */
async function run(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit") as Promise<[number]>;
  const [output, errors] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  return { code: (await exited)[0], output, errors };
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-cli-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("download writes a file under the key's name, and says how it was proved", async (t) => {
  await withFolder((folder) =>
    withObject(content, async ({ url }) => {
      const { code, output, errors } = await run(folder, [
        "download",
        "a/b.bin",
        "--url",
        api(url),
        "--key",
        "k",
      ]);
      t.is(code, 0);
      t.is(output.length, 0);
      t.regex(errors, /b\.bin: 100000 bytes, SHA-256 as the API sent it\n$/);
      t.deepEqual(await readFile(join(folder, "b.bin")), content);
    }),
  );
});

test("standard output carries the object alone", async (t) => {
  await withFolder((folder) =>
    withObject(content, async ({ url }) => {
      const { code, output, errors } = await run(folder, ["download", "k", "-o", "-", "--url", api(url)]);
      t.deepEqual([code, errors], [0, ""]);
      t.deepEqual(output, content);
      t.deepEqual(await readdir(folder), []);
    }),
  );
});

test("--json prints JSON lines, the last of them the result", async (t) => {
  await withFolder((folder) =>
    withObject(content, async ({ url }) => {
      const { output } = await run(folder, ["download", "k", "--json", "--url", api(url)]);
      const lines = output.toString().trim().split("\n");
      t.like(JSON.parse(lines.at(-1) ?? ""), { bytes: 100_000, isVerified: true, resumedBytes: 0 });
    }),
  );
});

test("a refusal is one line with the API's words, and exit code 1", async (t) => {
  await withFolder((folder) =>
    withObject(content, async (server) => {
      server.faultOf = () => ({ status: 404, code: "not_found" });
      const { code, errors } = await run(folder, ["download", "k", "--url", api(server.url)]);
      t.is(code, 1);
      t.is(errors, "streamgate: Not now. (404 not_found)\n");
    }),
  );
});

const misuses: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
  "no command": [[], /give a command: download, chat, outputs, doctor/],
  "an unknown command": [["fetch"], /"fetch" is no command/],
  "an unknown option": [["download", "k", "--fast"], /--fast/],
  "no key of an object": [["download"], /download takes one key/],
  "no address": [["download", "k"], /There is no \.streamgate\/outputs\.json here/],
  "an address that is none": [["download", "k", "--url", "ftp://a"], /--url is "ftp:\/\/a"/],
  "an API key that is none": [["download", "k", "--url", "http://a", "--key", "ü"], /API key/],
  "a number that is none": [["download", "k", "--concurrency", "0"], /--concurrency is "0"/],
};

for (const [name, [args, message]] of Object.entries(misuses)) {
  test(`${name} is said in one line, with exit code 2`, async (t) => {
    await withFolder(async (folder) => {
      const { code, output, errors } = await run(folder, args);
      t.deepEqual([code, output.length], [2, 0]);
      t.regex(errors, message);
      t.is(errors.trim().split("\n").length, 1);
    });
  });
}

test("--help is complete and no error", async (t) => {
  await withFolder(async (folder) => {
    const { code, output } = await run(folder, ["--help"]);
    t.is(code, 0);
    for (const word of [
      "download",
      "chat",
      "outputs",
      "doctor",
      "--stack",
      "--url",
      "--json",
      "Exit codes",
    ]) {
      t.true(output.toString().includes(word), word);
    }
  });
});

test("doctor names what is ill", async (t) => {
  await withFolder(async (folder) => {
    const { code, output } = await run(folder, ["doctor", "--url", "http://127.0.0.1:1", "--key", "k"], {
      HTTPS_PROXY: "http://127.0.0.1:3128",
    });
    t.is(code, 1);
    t.regex(output.toString(), /^ILL {3}proxy: HTTPS_PROXY is set/m);
    t.regex(output.toString(), /^ILL {3}API \(http:\/\/127\.0\.0\.1:1\): it cannot be reached/m);
  });
});

function api(routeUrl: string): string {
  return routeUrl.replace(/\/download$/, "");
}
