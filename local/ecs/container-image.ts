import { cp, mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { GraphError } from "../graph/graph-error.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { outputOf } from "../host/child-process.ts";
import { UsageError } from "../usage-error.ts";
import { type BuildCommand, DockerfileError, type FinalStage, readFinalStage } from "./dockerfile.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** An image as a folder. */
export interface ContainerImage {
  /** Stands for the container's `/`. */
  readonly rootFolder: string;
  readonly stage: FinalStage;
}

/**
 * The recorded image that a service runs.
 *
 * @throws UsageError for an image the program does not build: it would have to be pulled, and run by Docker.
 */
export function findImage(graph: ResourceGraph, service: ServiceDefinition): RecordedResource {
  const { imageUri } = service.task.container;
  const image = graph.ofType("awsx:ecr:Image").find(({ outputs }) => outputs.imageUri === imageUri);
  if (image !== undefined) return image;
  throw new UsageError(
    `The service ${service.name} runs the image ${imageUri}, which this program does not build, so it cannot run here; ` +
      "leave chatImage empty to run what is in this folder (--config chatImage=), or chat out (--config chat=false).",
  );
}

/**
 * Makes the image's file tree without Docker: runs the build stage's `node SCRIPT FOLDER` in the build context, and
 * then the final stage's COPY instructions. What the stage installs before, the context has to have: `node_modules`.
 * Relative paths start where this process does, as they did for the program, which ran in it.
 *
 * @param workFolder Where the tree is made.
 * @throws GraphError where the build fails, or takes more than is simulated.
 */
export async function assembleImage(image: RecordedResource, workFolder: string): Promise<ContainerImage> {
  const contextFolder = resolve(text(image.inputs.context) ?? ".");
  const dockerfile = text(image.inputs.dockerfile);
  const stage = await readDockerfile(
    image,
    dockerfile === undefined ? join(contextFolder, "Dockerfile") : resolve(dockerfile),
  );
  const imageFolder = join(workFolder, "images", image.name);
  const rootFolder = join(imageFolder, "root");
  await mkdir(join(rootFolder, stage.workingDirectory), { recursive: true });
  const built = new Map<string, string>();
  for (const { source, destination, build } of stage.copies) {
    const output = built.get(build.folder) ?? join(imageFolder, `build-${built.size}`);
    if (!built.has(build.folder)) await runBuild(image, build, contextFolder, output);
    built.set(build.folder, output);
    await copyInto(join(output, source.slice(build.folder.length)), join(rootFolder, destination), source);
  }
  return { rootFolder, stage };
}

async function readDockerfile(image: RecordedResource, path: string): Promise<FinalStage> {
  try {
    return readFinalStage(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof DockerfileError || (error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new GraphError(image, `${path}: ${(error as Error).message}`);
    }
    throw error;
  }
}

async function runBuild(
  image: RecordedResource,
  { script }: BuildCommand,
  contextFolder: string,
  output: string,
): Promise<void> {
  await mkdir(output, { recursive: true });
  try {
    await outputOf(process.execPath, [script, output], { cwd: contextFolder });
  } catch (error) {
    throw new GraphError(image, `node ${script} failed: ${(error as Error).message.trim()}`);
  }
}

/** As COPY does: the contents of a folder, or a file into a folder. */
async function copyInto(from: string, to: string, source: string): Promise<void> {
  const isFolder = (await stat(from)).isDirectory();
  const target = isFolder || !(await isExistingFolder(to)) ? to : join(to, basename(source));
  await mkdir(dirname(target), { recursive: true });
  await cp(from, target, { recursive: true });
}

async function isExistingFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
