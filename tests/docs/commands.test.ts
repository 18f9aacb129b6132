import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { greetings } from "../../local/cli/greeting.ts";
import { readyReport } from "../../local/cli/report.ts";
import { makeSampleFiles } from "../../local/cli/sample-files.ts";
import { atOnce } from "../helpers/chat-cloud.ts";
import { blocksOf, type DocumentBlock, documents, readDocument } from "../helpers/document-blocks.ts";
import { projectFolder, startTestCloud, type TestCloud } from "../helpers/local-cloud.ts";

/*
 * Runs every `sh` block of every document, in order, one shell for each document, against a local cloud that this file
 * starts. A comment right before a block says otherwise: `<!-- not run: REASON -->`, or `<!-- run with: KEY=VALUE -->` for a
 * cloud with that configuration.
 */

const run = promisify(execFile);
const { bin } = JSON.parse(readDocument("package.json")) as { bin: { streamgate: string } };
const blocks = documents.filter((document) => document !== "README.ja.md").flatMap(blocksOf);
const commands = blocks.filter(({ language }) => language === "sh");
const configOf = ({ mark = "" }: DocumentBlock) => mark.replace(/^run with: /, "");
const runBlocks = commands.filter(({ mark = "" }) => !mark.startsWith("not run: "));
const filesFolder = join(mkdtempSync(join(tmpdir(), "streamgate-commands-")), "files");
makeSampleFiles(filesFolder);
writeFileSync(join(filesFolder, "big.iso"), "image");
test.after.always(() => rmSync(join(filesFolder, ".."), { recursive: true }));

test("a block of commands is marked sh, and one that is not run says why", (t) => {
  t.deepEqual(
    blocks.filter(({ language }) => /^(bash|shell|console|zsh|shellsession)$/.test(language)),
    [],
  );
  t.deepEqual(
    commands.filter(({ mark }) => mark !== undefined && !/^(not run: .{8,}|run with: \w+=\S+)$/.test(mark)),
    [],
  );
  t.true(runBlocks.length >= 3);
});

for (const config of new Set(runBlocks.map(configOf))) {
  const some = runBlocks.filter((block) => configOf(block) === config);
  test.serial(`commands run, and print what is shown${config && `, with ${config}`}`, async (t) => {
    const cloud = await startTestCloud(t, {
      chat: config === "",
      config: config === "" ? [] : [config],
      model: atOnce,
      filesFolder,
    });
    for (const document of new Set(some.map((block) => block.document))) {
      const ofDocument = some.filter((block) => block.document === document);
      const printed = await runInOneShell(t, ofDocument, cloud);
      for (const [index, block] of ofDocument.entries()) {
        t.deepEqual(missingLines(shownAfter(block), printed[index] ?? ""), [], place(block));
      }
    }
    if (config !== "") return;
    const start = commands.find(({ text }) => text.includes("npm start"));
    t.truthy(start);
    if (start) t.deepEqual(missingLines(shownAfter(start), report(cloud)), [], place(start));
  });
}

/** @returns What each block prints. */
async function runInOneShell(
  t: ExecutionContext,
  some: readonly DocumentBlock[],
  cloud: TestCloud,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-commands-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, ".streamgate"));
  writeFileSync(join(folder, ".streamgate", "outputs.json"), JSON.stringify(cloud.outputs));
  // In a clone npx finds the package's own command; here, where a package has it installed.
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  symlinkSync(join(projectFolder, bin.streamgate), join(folder, "node_modules", ".bin", "streamgate"));
  const { local, apiKey, downloadApi, chatApi } = cloud.outputs;
  const separator = "---- next block";
  const script = some.map(({ text }) => text).join(`echo '${separator}'\n`);
  const { stdout } = await run("bash", ["--norc", "-euo", "pipefail", "-c", script], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: "",
      // What an earlier document has explained.
      KEY: apiKey,
      DOWNLOADS: downloadApi.url,
      CHAT: chatApi?.url,
    },
  });
  return stdout.split(`${separator}\n`);
}

/** The lines of the `text` block that follows, as output. None where none does. */
function shownAfter(block: DocumentBlock): string[] {
  const next = blocks[blocks.indexOf(block) + 1];
  if (next?.document !== block.document || next.language !== "text") return [];
  return next.text.split("\n").filter((line) => !/^ *(\.\.\.)?$/.test(line));
}

/** Lines that are not in the output, with numbers, the key and the bucket's suffix left out on both sides. */
function missingLines(shown: readonly string[], printed: string): string[] {
  const lines = printed.split("\n").map(withoutFigures);
  return shown.filter((line) => !lines.includes(withoutFigures(line)));
}

function withoutFigures(line: string): string {
  return line
    .replace(/^( *apiKey +)\S+$/, "$1")
    .replace(/(downloads)-\w+$/, "$1")
    .replaceAll(/\d+(\.\d+)?/g, "0");
}

function report({ outputs }: TestCloud): string {
  return readyReport(outputs, {
    settings: { project: "streamgate", stack: "dev", config: {} },
    filesFolder,
    logFolder: "",
    outputsFile: "",
    caps: true,
    bedrock: "local",
    readySeconds: 1,
    language: "en",
  });
}

function place({ document, line }: DocumentBlock): string {
  return `${document}:${line}`;
}

test("README.ja.md has the code blocks of README.md, with the greeting of npm start in Japanese", (t) => {
  const form = ({ language, mark, text }: DocumentBlock) => ({ language, mark, text });
  const { en, ja } = greetings;
  const inJapanese = (text: string) =>
    text
      .replace(en.ready("dev", "8.5"), ja.ready("dev", "8.5"))
      .replace(en.outputs, ja.outputs)
      .replace(en.stop, ja.stop);
  const expected = blocksOf("README.md").map(form);
  t.deepEqual(
    blocksOf("README.ja.md").map(form),
    expected.map((block) => ({ ...block, text: inJapanese(block.text) })),
  );
  t.true(expected.length > 5);
});
