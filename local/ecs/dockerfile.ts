/** The part of a Dockerfile that decides what runs: its last stage, and the command that makes what it copies. */
export interface FinalStage {
  readonly workingDirectory: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly copies: readonly StageCopy[];
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
}

/** A COPY out of an earlier stage. Paths are absolute. */
export interface StageCopy {
  readonly source: string;
  readonly destination: string;
  readonly build: BuildCommand;
}

/** The `RUN node SCRIPT FOLDER` of a build stage. */
export interface BuildCommand {
  /** Path within the build context. */
  readonly script: string;
  /** The folder it fills, an absolute path in the stage. */
  readonly folder: string;
}

/** The Dockerfile holds something that only Docker could do; the message says what, and what would be read here. */
export class DockerfileError extends Error {
  override readonly name = "DockerfileError";
}

interface Instruction {
  readonly keyword: string;
  readonly value: string;
}

interface Stage {
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/**
 * Reads what the image is, without Docker: a last stage of `FROM`, `WORKDIR`, `ENV`, `COPY --from`, `USER`, `EXPOSE`, `LABEL`,
 * `ENTRYPOINT` and `CMD`, and of the earlier ones the `RUN node SCRIPT FOLDER` that fills the folder copied from.
 *
 * @throws DockerfileError
 */
export function readFinalStage(text: string): FinalStage {
  const stages = readStages(text);
  const last = stages.at(-1);
  if (last === undefined) throw new DockerfileError("there is no FROM");
  const earlier = stages.slice(0, -1);
  let workingDirectory = "/";
  let entryPoint: readonly string[] = [];
  let command: readonly string[] = [];
  const variables: Record<string, string> = {};
  const copies: StageCopy[] = [];
  for (const { keyword, value } of last.instructions) {
    if (keyword === "WORKDIR") workingDirectory = absolute(value, workingDirectory);
    else if (keyword === "ENV") Object.assign(variables, readVariables(value));
    else if (keyword === "COPY") copies.push(...readCopy(value, workingDirectory, earlier));
    else if (keyword === "ENTRYPOINT") entryPoint = execForm(keyword, value);
    else if (keyword === "CMD") command = execForm(keyword, value);
    // What is known of the user and the port comes from the task definition; labels do nothing.
    else if (!["USER", "EXPOSE", "LABEL"].includes(keyword)) {
      throw new DockerfileError(`the final stage has ${keyword}, which is not simulated`);
    }
  }
  return { workingDirectory, variables, copies, entryPoint, command };
}

function readStages(text: string): Stage[] {
  const stages: { name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of readInstructions(text)) {
    const stage = stages.at(-1);
    if (instruction.keyword === "FROM") {
      stages.push({ name: / AS (\S+)$/i.exec(instruction.value)?.[1], instructions: [] });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.keyword !== "ARG")
      throw new DockerfileError(`${instruction.keyword} is before FROM`);
  }
  return stages;
}

function readInstructions(text: string): Instruction[] {
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines
    .map((line) => line.trim())
    .join("\n")
    .replaceAll(/\\\n/g, " ");
  return joined.split("\n").map((line) => {
    const [, keyword = "", value = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    return { keyword: keyword.toUpperCase(), value };
  });
}

/** Format: `NAME=value OTHER="with spaces"`. */
function readVariables(value: string): Record<string, string> {
  const pairs = [...value.matchAll(/([^\s=]+)=(?:"([^"]*)"|(\S*))/g)];
  if (pairs.length === 0) throw new DockerfileError(`ENV ${value} is not of the form NAME=value`);
  return Object.fromEntries(
    pairs.map(([, name = "", quoted, plain = ""]) => {
      const setting = quoted ?? plain;
      if (setting.includes("$")) throw new DockerfileError(`ENV ${name} refers to a variable`);
      return [name, setting];
    }),
  );
}

function readCopy(value: string, workingDirectory: string, earlier: readonly Stage[]): StageCopy[] {
  const words = value.split(/\s+/);
  const flags = words.filter((word) => word.startsWith("--"));
  const paths = words.filter((word) => !word.startsWith("--"));
  const from = flags.find((flag) => flag.startsWith("--from="))?.slice("--from=".length);
  const stage = earlier.find(({ name }, index) => name === from || String(index) === from);
  if (stage === undefined) throw new DockerfileError(`COPY ${value} is not from an earlier stage`);
  const unknown = flags.find((flag) => !/^--(from|chown|chmod|link)\b/.test(flag));
  if (unknown !== undefined) throw new DockerfileError(`COPY ${value} has the flag ${unknown}`);
  const destination = absolute(paths.pop() ?? "", workingDirectory);
  return paths.map((source) => ({ source, destination, build: buildCommand(stage, source) }));
}

function buildCommand({ name, instructions }: Stage, source: string): BuildCommand {
  for (const { keyword, value } of instructions) {
    const [, script, folder] = /^node (\S+) (\/\S+)$/.exec(keyword === "RUN" ? value : "") ?? [];
    if (script === undefined || folder === undefined) continue;
    if (source === folder || source.startsWith(`${folder}/`)) return { script, folder };
  }
  throw new DockerfileError(
    `no "RUN node SCRIPT FOLDER" of the stage ${name ?? "0"} makes ${source}, which the final stage copies`,
  );
}

function execForm(keyword: string, value: string): readonly string[] {
  try {
    const words = JSON.parse(value) as unknown;
    if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  } catch {
    // Falls through to the refusal: a shell would stand between the process and its signals.
  }
  throw new DockerfileError(`${keyword} ${value} is not of the form ["program", "argument"]`);
}

function absolute(path: string, workingDirectory: string): string {
  const joined = path.startsWith("/") ? path : `${workingDirectory}/${path}`;
  const parts: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
