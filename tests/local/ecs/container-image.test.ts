import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { assembleImage } from "../../../local/ecs/container-image.ts";
import { GraphError } from "../../../local/graph/graph-error.ts";
import { UsageError } from "../../../local/usage-error.ts";
import { withoutResource } from "../../helpers/alter-graph.ts";
import { fixture } from "../../helpers/recorded-program.ts";
import { recordedResource } from "../../helpers/recorded-resource.ts";
import { graphOfService } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";

test("an image is the files its Dockerfile copies out of the build, where it puts them", async (t) => {
  const workFolder = await temporaryFolder(t);
  const image = recordedResource("awsx:ecr:Image", "image", { context: fixture("container") });
  const { rootFolder, stage } = await assembleImage(image, workFolder);
  const folder = join(rootFolder, stage.workingDirectory);
  t.deepEqual((await readdir(folder)).sort(), ["main.mjs", "public"]);
  t.is(
    await readFile(join(folder, "main.mjs"), "utf8"),
    await readFile(join(fixture("container"), "main.mjs"), "utf8"),
  );
});

test("the Dockerfile may lie elsewhere in the context, and single files may be copied", async (t) => {
  const contextFolder = await temporaryFolder(t);
  await writeFile(
    join(contextFolder, "make.mjs"),
    'import { writeFileSync } from "node:fs"; writeFileSync(`${process.argv[2]}/a.txt`, "a");',
  );
  await writeFile(
    join(contextFolder, "Some.dockerfile"),
    [
      "FROM node AS made",
      "RUN node make.mjs /made",
      "FROM node",
      "COPY --from=made /made/a.txt /data/b.txt",
    ].join("\n"),
  );
  const image = recordedResource("awsx:ecr:Image", "image", {
    context: contextFolder,
    dockerfile: join(contextFolder, "Some.dockerfile"),
  });
  const { rootFolder } = await assembleImage(image, await temporaryFolder(t));
  t.is(await readFile(join(rootFolder, "data/b.txt"), "utf8"), "a");
});

test("a build that fails is the image's failure, with what the script said", async (t) => {
  const contextFolder = await temporaryFolder(t);
  await writeFile(join(contextFolder, "make.mjs"), 'throw new Error("no such page");');
  await writeFile(
    join(contextFolder, "Dockerfile"),
    ["FROM node AS made", "RUN node make.mjs /made", "FROM node", "COPY --from=made /made /srv"].join("\n"),
  );
  const image = recordedResource("awsx:ecr:Image", "image", { context: contextFolder });
  await t.throwsAsync(assembleImage(image, await temporaryFolder(t)), {
    instanceOf: GraphError,
    message: /awsx:ecr:Image "image": node make\.mjs failed: .*no such page/s,
  });
});

test("a Dockerfile that is missing is named", async (t) => {
  const folder = await temporaryFolder(t);
  const image = recordedResource("awsx:ecr:Image", "image", { context: folder });
  await t.throwsAsync(assembleImage(image, folder), {
    instanceOf: GraphError,
    message: new RegExp(`${folder}/Dockerfile: ENOENT`),
  });
});

test("an image that the program does not build cannot run here", async (t) => {
  const graph = withoutResource(graphOfService(), { type: "awsx:ecr:Image" });
  await t.throwsAsync(runContainers(t, graph), { instanceOf: UsageError, message: /chatImage/ });
});

async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}
