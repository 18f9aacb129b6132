import test from "ava";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { contextFiles } from "../../components/chat/build-context.ts";
import { parseDockerIgnore } from "../../components/chat/docker-ignore.ts";
import { assembleImage } from "../../local/ecs/container-image.ts";
import { readChat } from "../helpers/chat-client.ts";
import { startContainerProcess, untilHealthy } from "../helpers/container-process.ts";
import { projectFolder } from "../helpers/recorded-program.ts";
import { recordedResource } from "../helpers/recorded-resource.ts";
import { runBedrock } from "../helpers/running-bedrock.ts";
import { postStream } from "../helpers/running-service.ts";
import { temporaryFolder } from "../helpers/running-s3.ts";

const dockerfile = readFileSync(join(projectFolder, "app/Dockerfile"), "utf8");
const ignore = parseDockerIgnore(readFileSync(join(projectFolder, ".dockerignore"), "utf8"));
const context = contextFiles(projectFolder, ignore);

/** The instructions of each stage. Format: `COPY app app`. */
const stages = dockerfile
  .split(/^(?=FROM )/m)
  .filter((stage) => stage.startsWith("FROM "))
  .map((stage) => stage.split("\n").filter((line) => /^[A-Z]/.test(line)));
const [buildStage = [], finalStage = []] = stages;

function valuesOf(stage: readonly string[], keyword: string): string[] {
  return stage.filter((line) => line.startsWith(`${keyword} `)).map((line) => line.slice(keyword.length + 1));
}

test("nothing is run in the final stage, and what runs there is not root", (t) => {
  t.is(stages.length, 2);
  t.deepEqual(valuesOf(finalStage, "RUN"), []);
  t.deepEqual(valuesOf(finalStage, "USER"), ["10001:10001"]);
  t.deepEqual(valuesOf(finalStage, "CMD"), ['["node", "main.mjs"]']);
  t.deepEqual(valuesOf(finalStage, "EXPOSE"), ["8080"]);
});

test("both stages stand on one full version of Node.js, so that no image changes under its tag", (t) => {
  const bases = stages.map(([from = ""]) => /node:\S+/.exec(from)?.[0] ?? from);
  t.regex(bases[0] ?? "", /^node:\d+\.\d+\.\d+-slim$/);
  t.is(bases[1], bases[0]);
});

test("the final stage takes only what the build made, the build only what the context holds", (t) => {
  t.deepEqual(valuesOf(finalStage, "COPY"), ["--from=build /out ."]);
  const sources = valuesOf(buildStage, "COPY").flatMap((copy) => copy.split(" ").slice(0, -1));
  t.true(sources.length > 3);
  for (const source of sources) {
    t.true(
      context.some((path) => path === source || path.startsWith(`${source}/`)),
      source,
    );
  }
  t.deepEqual(
    context.filter((path) => !sources.some((source) => path === source || path.startsWith(`${source}/`))),
    [],
  );
});

test("the context holds source code and what names its packages, and nothing else", (t) => {
  const others = context.filter((path) => !/^(app|contract|core)\/.+\.(ts|mjs|html|css|js|svg)$/.test(path));
  t.deepEqual(others.sort(), ["package-lock.json", "package.json"]);
});

test("the build needs only the context, and makes the same of it in any folder", async (t) => {
  const made = [];
  for (const folder of [await temporaryFolder(t), await temporaryFolder(t)]) {
    for (const path of context) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      cpSync(join(projectFolder, path), join(folder, path));
    }
    symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
    const [, script = ""] = /^node (\S+) \/out$/.exec(valuesOf(buildStage, "RUN").at(-1) ?? "") ?? [];
    t.is(script, "app/build.mjs");
    execFileSync(process.execPath, [script, join(folder, "out")], { cwd: folder });
    const page = readdirSync(join(folder, "out/public"), { recursive: true, encoding: "utf8" });
    t.deepEqual(page.sort(), [
      "assets",
      "assets/app.js",
      "assets/icon.svg",
      "assets/style.css",
      "index.html",
    ]);
    made.push(
      ["main.mjs", "public/assets/app.js"].map((file) => readFileSync(join(folder, "out", file), "utf8")),
    );
  }
  t.deepEqual(made[0], made[1]);
});

test("the image's files answer from where nothing can be written, for a user who is not root", async (t) => {
  const folder = await temporaryFolder(t);
  const image = recordedResource("awsx:ecr:Image", "chat", {
    context: projectFolder,
    dockerfile: join(projectFolder, "app/Dockerfile"),
  });
  const { rootFolder, stage } = await assembleImage(image, folder);
  makeReadOnly(folder);
  t.teardown(() => execFileSync("chmod", ["-R", "u+w", folder]));
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) t.log("Run as the current user: only root can become another, as it does in CI.");
  const [program, ...words] = stage.command;
  t.is(program, "node");
  const bedrock = await runBedrock(t);
  const container = await startContainerProcess(t, bedrock, {
    arguments: words,
    folder: join(rootFolder, stage.workingDirectory),
    variables: { ...stage.variables, SERVE_PAGE: "true" },
    ...(isRoot && { user: 10_001 }),
  });
  await untilHealthy(container);
  t.like((await readChat(await postStream(container))).at(-1), { type: "done" });
  t.is((await fetch(`${container.url}/`)).status, 200);
});

/** For everybody, as the image's file system is in a task. Folders on the way stay open to be walked through. */
function makeReadOnly(path: string): void {
  const isFolder = statSync(path).isDirectory();
  if (isFolder) for (const name of readdirSync(path)) makeReadOnly(join(path, name));
  chmodSync(path, isFolder ? 0o555 : 0o444);
}
