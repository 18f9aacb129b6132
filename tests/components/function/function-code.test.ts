import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import ts from "typescript";
import { nodeFunctionCode } from "../../../components/function/function-code.ts";
import { projectFolder } from "../../helpers/recorded-program.ts";

const entry = join(projectFolder, "lambda", "download", "index.ts");
const bundlePrinter = join(projectFolder, "tests", "fixtures", "print-bundle.ts");
const runProcess = promisify(execFile);

async function bundleOf(file: string): Promise<string> {
  const assets = await nodeFunctionCode(file).assets;
  return await (assets["index.mjs"] as pulumi.asset.StringAsset).text;
}

test("the archive holds one text, index.mjs", async (t) => {
  const assets = await nodeFunctionCode(entry).assets;
  t.deepEqual(Object.keys(assets), ["index.mjs"]);
  t.true(pulumi.asset.StringAsset.isInstance(assets["index.mjs"]));
});

test("the AWS SDK and Node.js's modules are left to the runtime, everything else is in the bundle", async (t) => {
  const imported = ts.preProcessFile(await bundleOf(entry)).importedFiles.map(({ fileName }) => fileName);
  t.true(imported.includes("@aws-sdk/client-s3"));
  t.deepEqual(
    imported.filter(
      (name) => !name.startsWith("@aws-sdk/") && !builtinModules.includes(name.replace(/^node:/, "")),
    ),
    [],
  );
});

test("the bundle does not change with the folder the program is started in", async (t) => {
  const elsewhere = await runProcess(
    process.execPath,
    ["--import", join(projectFolder, "ts.mjs"), bundlePrinter, entry],
    { cwd: tmpdir() },
  );
  t.is(elsewhere.stdout, await bundleOf(entry));
  t.false(elsewhere.stdout.includes(projectFolder));
});

test("code that does not compile is refused with the place and the reason", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-code-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const broken = join(folder, "broken.ts");
  writeFileSync(broken, "export const handler = ;\n");
  t.throws(() => nodeFunctionCode(broken), { message: /broken\.ts:1:23: ERROR: Unexpected ";"/ });
});

test("code that is not there is refused", (t) => {
  t.throws(() => nodeFunctionCode(join(projectFolder, "nowhere.ts")), { message: /nowhere\.ts/ });
});
