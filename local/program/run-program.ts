import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import type { CloudLog } from "../logs/cloud-log.ts";
import { type RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { plainValue } from "./plain-value.ts";
import { STACK_TYPE, resourceUrn } from "./resource-urn.ts";
import { ProgramError } from "./program-error.ts";
import type { ResourceSimulator } from "./simulated-resources.ts";
import type { StackSettings } from "./stack-settings.ts";

export interface ProgramRun {
  readonly graph: ResourceGraph;
  /** The program's exports, with secrets unwrapped. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
}

/** @param provider Which of the program's providers is asked, empty for the default one. Format: `urn::id`. */
export type ProviderFunction = (inputs: Readonly<Record<string, unknown>>, provider: string) => object;

export interface ProgramOptions {
  /** Absolute path of the program's entry file. */
  readonly entry: string;
  readonly settings: StackSettings;
  readonly simulator: ResourceSimulator;
  /** Answers of the provider functions a program may call, by token. */
  readonly functions: Readonly<Record<string, ProviderFunction>>;
  readonly log: CloudLog;
}

/**
 * Runs a Pulumi program in this process under Pulumi's own mock monitor and records every resource it registers.
 * The program cannot tell this from the Pulumi CLI.
 *
 * @throws ProgramError when the program throws, a registration fails, or an output is rejected.
 */
export async function runProgram(options: ProgramOptions): Promise<ProgramRun> {
  const { project, stack, config } = options.settings;
  const recorder = new Recorder(options);
  await pulumi.runtime.setMocks(recorder, project, stack, false, "local");
  allowTransforms();
  recorder.listenToMonitor();
  pulumi.runtime.setAllConfig({ ...config });

  const secretOutputs: string[] = [];
  const outputs = await failingOnRejections(() =>
    pulumi.runtime.runInPulumiStack(async () => {
      const exported = exportsOf(await importAfresh(options.entry));
      for (const [name, value] of Object.entries(exported)) {
        if (await pulumi.isSecret(pulumi.output(value))) secretOutputs.push(name);
      }
      return { ...exported };
    }),
  );
  return { graph: new ResourceGraph(recorder.resources), outputs: outputs ?? {}, secretOutputs };
}

/**
 * The mocks call themselves too old for transforms, and a program that has one would end there. Nobody calls it: the
 * resources that transforms reach, those inside awsx's components, are simulated with the component.
 */
function allowTransforms(): void {
  const { globalStore } = globalThis as unknown as { globalStore: { supportsTransforms: boolean } };
  globalStore.supportsTransforms = true;
}

let runs = 0;

/** A module is evaluated once per URL; the query makes each run of the same program a new one. */
async function importAfresh(entry: string): Promise<Record<string, unknown>> {
  return (await import(`${pathToFileURL(entry).href}?run=${++runs}`)) as Record<string, unknown>;
}

/** A program that exports by name, or one object as its default. */
function exportsOf(program: Record<string, unknown>): Record<string, unknown> {
  return "default" in program ? (program["default"] as Record<string, unknown>) : program;
}

/**
 * Runs `work` and fails with the first error, also with one that reaches nobody: a failed registration or a throwing
 * `apply` shows only as an unhandled rejection, and whatever waits for its outputs then waits for ever.
 */
async function failingOnRejections<T>(work: () => Promise<T>): Promise<T> {
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  process.on("unhandledRejection", fail);
  try {
    const result = await Promise.race([failed, work()]);
    // Waits for registrations that no export depends on.
    await Promise.race([failed, pulumi.runtime.disconnect()]);
    await Promise.race([failed, rejectionsAnnounced()]);
    return result;
  } catch (error) {
    // What the program had begun may fail as well, which must not reach whatever comes next. After a failed
    // registration there is no waiting for it: Pulumi then never says that it is done.
    await Promise.race([failed, pulumi.runtime.disconnect()]).catch(() => {});
    await rejectionsAnnounced();
    throw new ProgramError(error);
  } finally {
    process.off("unhandledRejection", fail);
  }
}

/** Node.js announces late rejections after the tick in which they happen, and one failure has a trail of them. */
async function rejectionsAnnounced(): Promise<void> {
  for (let tick = 0; tick < 10; tick++) await new Promise(setImmediate);
}

/** The parts of a registration that Pulumi's mocks keep to themselves. */
interface RegistrationRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  /** Whether the resource is a component that a provider makes (awsx), so that only the provider knows its outputs. */
  getRemote(): boolean;
  getDependenciesList(): string[];
  getRetainondelete(): boolean | undefined;
  getProtect(): boolean | undefined;
  getReplaceonchangesList(): string[];
  getDeletebeforereplace(): boolean;
  getAdditionalsecretoutputsList(): string[];
}

interface Monitor {
  registerResource(request: RegistrationRequest, callback: unknown): Promise<void>;
  newUrn(parent: string, type: string, name: string): string;
}

/** Keeps what is registered and answers with simulated outputs. */
class Recorder implements pulumi.runtime.Mocks {
  readonly resources: RecordedResource[] = [];
  readonly #options: ProgramOptions;
  readonly #urns = new Set<string>();
  readonly #unknownTypes = new Set<string>();
  #request: RegistrationRequest | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  listenToMonitor(): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    // The mock's own urns name the parent's type alone, so that different resources can share one.
    monitor.newUrn = (parent, type, name) => this.#urn({ parent, type, name });
    const register = monitor.registerResource.bind(monitor);
    // The monitor calls `newResource` before it first waits, so the request seen last is the one it is about.
    monitor.registerResource = (request, callback) => {
      this.#request = request;
      return register(request, callback);
    };
  }

  #urn(resource: { parent: string; type: string; name: string }): string {
    return resourceUrn(this.#options.settings, resource);
  }

  async newResource(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    const request = this.#request;
    this.#request = undefined;
    if (request === undefined) return { id: args.id, state: this.#read(args) };
    if (args.type === STACK_TYPE) return { id: undefined, state: {} };
    const parent = request.getParent();
    const urn = this.#urn({ parent, type: args.type, name: args.name });
    if (this.#urns.has(urn)) {
      throw new Error(`Duplicate resource URN "${urn}"; give one of them another name`);
    }
    this.#urns.add(urn);
    const inputs = plainValue(args.inputs) as Record<string, unknown>;
    const isMadeElsewhere = args.custom === true || request.getRemote();
    const { id, computed } = await this.#create(args.type, isMadeElsewhere, { urn, name: args.name, inputs });
    const outputs = { ...inputs, ...computed };
    this.resources.push({
      urn,
      type: args.type,
      name: args.name,
      parent: parent.includes(`${STACK_TYPE}::`) ? undefined : parent,
      custom: args.custom ?? false,
      id,
      inputs,
      outputs,
      dependencies: request.getDependenciesList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      protect: request.getProtect() ?? false,
      secretProperties: [...secretInputs(args.inputs as object), ...request.getAdditionalsecretoutputsList()],
      replaceOnChanges: request.getReplaceonchangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
    });
    // The program gets its secrets back as secrets, as from Pulumi's engine.
    const state: Record<string, unknown> = { ...(args.inputs as object), ...computed };
    for (const property of new Set(request.getAdditionalsecretoutputsList())) {
      state[property] = pulumi.secret(outputs[property]);
    }
    return { id: args.custom === true ? id : undefined, state };
  }

  /** Reads a resource that is outside the program, and no part of the graph. */
  #read({ type, name, id = "" }: pulumi.runtime.MockResourceArgs): Readonly<Record<string, unknown>> {
    const state = this.#options.simulator.read(type, { name, id });
    if (state !== undefined) return state;
    throw new Error(`${type} "${name}" is to be read, but there is nothing here before the program runs`);
  }

  async #create(
    type: string,
    isMadeElsewhere: boolean,
    resource: { urn: string; name: string; inputs: Record<string, unknown> },
  ): Promise<{ id: string; computed: Readonly<Record<string, unknown>> }> {
    // Pulumi takes a custom resource without an id for one that is not known yet, and drops all stack outputs.
    const generic = { id: `${resource.name}-id`, computed: {} };
    if (!isMadeElsewhere) return generic;
    const created = await this.#options.simulator.create(type, resource);
    if (created !== undefined) return created;
    if (!this.#unknownTypes.has(type)) {
      this.#unknownTypes.add(type);
      const message = `${type} is recorded, but nothing here simulates it`;
      // A program whose resources are not simulated proves nothing, and in CI nobody reads a warning.
      if (process.env.CI === "true") this.#options.log.error("program", message);
      else this.#options.log.warning("program", message);
    }
    return generic;
  }

  call({ token, inputs, provider = "" }: pulumi.runtime.MockCallArgs): pulumi.runtime.MockCallResult {
    const answer = this.#options.functions[token];
    if (answer === undefined) {
      const details = `the provider function ${token} is not simulated`;
      // Without `details` the SDK reports an empty error.
      throw Object.assign(new Error(details), { details });
    }
    return answer(inputs as Record<string, unknown>, provider);
  }
}

/** Names of the properties that are secrets, in whole. */
function secretInputs(inputs: object): string[] {
  return Object.entries(inputs)
    .filter(([, value]) => isEnvelope(value))
    .map(([name]) => name);
}

function isEnvelope(value: unknown): boolean {
  const { specialSigKey, specialSecretSig } = pulumi.runtime;
  return (value as Record<string, unknown> | null | undefined)?.[specialSigKey] === specialSecretSig;
}
