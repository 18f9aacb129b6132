import { join } from "node:path";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import type { RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { type ProgramOptions, type ProgramRun, runProgram } from "../../local/program/run-program.ts";
import { simulatedFunctions } from "../../local/program/simulated-functions.ts";
import { ResourceSimulator } from "../../local/program/simulated-resources.ts";
import type { ExistingResource, NewResource } from "../../local/program/simulation.ts";
import { readStackSettings } from "../../local/program/stack-settings.ts";

export const projectFolder = join(import.meta.dirname, "..", "..");

/** Folder of a program under tests/fixtures. */
export const fixture = (name: string) => join(projectFolder, "tests", "fixtures", name);

const REGION = "eu-central-1";
const ACCOUNT_ID = "123456789012";

export interface RecordOptions {
  /** Folder with `Pulumi.yaml` and `index.ts`. Default: this project's own. */
  readonly folder?: string;
  /** `key=value`, as the Pulumi CLI takes them. Default: this project's program without the private chat API. */
  readonly config?: readonly string[];
  /** What `getPartition` answers. Default: `aws`. */
  readonly partition?: string;
  /** Answers of provider functions other than the simulated ones. Default: none. */
  readonly functions?: ProgramOptions["functions"];
  /** The state of what is there without the program, by type. Default: what the simulator says. */
  readonly existing?: Readonly<Record<string, () => Readonly<Record<string, unknown>>>>;
  /** Collects the types of what is registered, also by a program that fails later on. Components do not count. */
  readonly registered?: string[];
}

/** Runs a program and records what it registers; nothing is brought to life. One at a time: Pulumi's state is global. */
export function recordProgram(options: RecordOptions = {}): Promise<ProgramRun> {
  const folder = options.folder ?? projectFolder;
  const partition = options.partition ?? "aws";
  const ownDefaults = folder === projectFolder ? ["chat=false"] : [];
  const work = () =>
    runProgram({
      entry: join(folder, "index.ts"),
      settings: readStackSettings(folder, "dev", [...ownDefaults, ...(options.config ?? [])]),
      simulator: new NotingSimulator(options),
      functions: {
        ...simulatedFunctions(REGION, ACCOUNT_ID),
        "aws:index/getPartition:getPartition": () => ({ id: partition, partition }),
        ...options.functions,
      },
      log: new CloudLog(),
    });
  return withoutOtherRejectionListeners(work);
}

/**
 * A program that fails leaves rejected promises behind in Pulumi's SDK. `runProgram` collects them and throws the
 * first; AVA, listening as well, would fail the whole file for them.
 */
async function withoutOtherRejectionListeners<T>(work: () => Promise<T>): Promise<T> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  try {
    return await work();
  } finally {
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
}

class NotingSimulator extends ResourceSimulator {
  readonly #registered: string[];
  readonly #stateOfExisting: NonNullable<RecordOptions["existing"]>;

  constructor({ registered = [], existing = {} }: Pick<RecordOptions, "registered" | "existing">) {
    super({ region: REGION, accountId: ACCOUNT_ID, openApiPort: () => Promise.resolve(443) });
    this.#registered = registered;
    this.#stateOfExisting = existing;
  }

  override read(type: string, resource: ExistingResource): ReturnType<ResourceSimulator["read"]> {
    return this.#stateOfExisting[type]?.() ?? super.read(type, resource);
  }

  override create(type: string, resource: NewResource): ReturnType<ResourceSimulator["create"]> {
    this.#registered.push(type);
    return super.create(type, resource);
  }
}

/** The resources of one type, by name. */
export function byName(graph: ResourceGraph, type: string): Readonly<Record<string, RecordedResource>> {
  return Object.fromEntries(graph.ofType(type).map((resource) => [resource.name, resource]));
}

/** @throws Error unless exactly one resource has this type (and, when given, this name). */
export function only(graph: ResourceGraph, type: string, name?: string): RecordedResource {
  const found = graph.ofType(type).filter((resource) => name === undefined || resource.name === name);
  const [resource] = found;
  if (resource === undefined || found.length > 1)
    throw new Error(`expected one ${type} ${name ?? ""}, found ${found.length}`);
  return resource;
}
