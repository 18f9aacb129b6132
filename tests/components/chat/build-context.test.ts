import { chmodSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { buildContextDigest, contextFiles } from "../../../components/chat/build-context.ts";
import { parseDockerIgnore } from "../../../components/chat/docker-ignore.ts";

const DOCKERFILE = "app/Dockerfile";
const files = {
  ".dockerignore": "*\n!app\n!package.json\napp/Dockerfile\n**/*.test.ts\n",
  "package.json": "{}",
  "app/Dockerfile": "FROM node:24-slim",
  "app/main.ts": "listen();",
  "app/main.test.ts": "test();",
  "app/public/page.css": "body {}",
  "secret.txt": "s3cret",
};

/** A folder of its own with these files, gone after the test. */
function context(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-context-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) write(folder, path, text);
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  // Not what the umask of the machine makes of it.
  chmodSync(join(folder, path), 0o644);
}

const digest = (folder: string) => buildContextDigest(folder, DOCKERFILE, "linux/arm64");

test("the build context holds what .dockerignore lets through", (t) => {
  t.deepEqual(contextFiles(context(t), parseDockerIgnore(files[".dockerignore"])).sort(), [
    "app/main.ts",
    "app/public/page.css",
    "package.json",
  ]);
});

test("the digest is the same on every machine", (t) => {
  t.is(digest(context(t)), "b2ebbf94616b3c2799a0b66e5f16bb28");
});

test("the digest does not depend on where the context is", (t) => {
  const [here, there] = [context(t), context(t)];
  t.is(digest(here), digest(there));
  t.regex(digest(here), /^[0-9a-f]{32}$/);
});

for (const [what, change] of [
  ["a file's text", (folder: string) => write(folder, "app/main.ts", "listen(1);")],
  ["another file", (folder: string) => write(folder, "app/routes/health.ts", "")],
  ["a file less", (folder: string) => rmSync(join(folder, "package.json"))],
  [
    "a file's name",
    (folder: string) => renameSync(join(folder, "app/main.ts"), join(folder, "app/start.ts")),
  ],
  ["a file's permissions", (folder: string) => chmodSync(join(folder, "app/main.ts"), 0o755)],
  [
    "the Dockerfile, which the context leaves out",
    (folder: string) => write(folder, DOCKERFILE, "FROM node:24"),
  ],
  [".dockerignore", (folder: string) => write(folder, ".dockerignore", `${files[".dockerignore"]}# more\n`)],
] as const) {
  test(`the digest changes with ${what}`, (t) => {
    const folder = context(t);
    const before = digest(folder);
    change(folder);
    t.not(digest(folder), before);
  });
}

test("the digest changes with the platform", (t) => {
  const folder = context(t);
  t.not(buildContextDigest(folder, DOCKERFILE, "linux/amd64"), digest(folder));
});

test("text that moves from one file to the next changes the digest", (t) => {
  const [one, other] = [context(t), context(t)];
  write(one, "app/a", "xy");
  write(one, "app/b", "z");
  write(other, "app/a", "x");
  write(other, "app/b", "yz");
  t.not(digest(one), digest(other));
});

for (const [what, change] of [
  ["a file that Docker does not see", (folder: string) => write(folder, "secret.txt", "another")],
  ["a test", (folder: string) => write(folder, "app/main.test.ts", "")],
  ["an empty folder", (folder: string) => mkdirSync(join(folder, "app/empty"))],
] as const) {
  test(`the digest stays the same with ${what}`, (t) => {
    const folder = context(t);
    const before = digest(folder);
    change(folder);
    t.is(digest(folder), before);
  });
}

test("a context without .dockerignore, which would be everything, is refused", (t) => {
  const folder = context(t);
  const bare = `${folder}-bare`;
  cpSync(folder, bare, { recursive: true });
  t.teardown(() => rmSync(bare, { recursive: true }));
  rmSync(join(bare, ".dockerignore"));
  t.throws(() => digest(bare), { code: "ENOENT" });
});
