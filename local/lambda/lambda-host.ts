import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import type { FunctionResponse } from "./caller-response.ts";
import { readFunctions } from "./function-definition.ts";
import { installFunction } from "./function-installation.ts";
import { type HostContext, HostedFunction } from "./hosted-function.ts";
import {
  type InvokeRequest,
  type InvokeResponseStream,
  type LambdaService,
  LambdaServiceError,
} from "./lambda-service.ts";
import { isInvokeAllowed } from "./resource-policy.ts";

export interface LambdaHostOptions extends HostContext {
  readonly graph: ResourceGraph;
  /** Holds streams to Lambda's bandwidth. The limits on size and time hold in any case. */
  readonly enforceCaps: boolean;
  /**
   * Folder that relative paths in the program start from. Its `node_modules` has the SDK that Node.js functions find, its
   * `.cache` the Lambda Web Adapter and what Python functions need.
   */
  readonly projectFolder: string;
  /** Folder of the functions' code: outside the project, whose packages they must not find. */
  readonly workFolder: string;
}

export interface LambdaHost extends LambdaService {
  /** The function's code as recorded and as it runs. */
  code(functionArn: string): FunctionCode;
  /** The processes that stand ready or work for a function. */
  environments(functionArn: string): Promise<EnvironmentStatus[]>;
  /** Ends every process and removes the unpacked code. */
  close(): Promise<void>;
}

export interface FunctionCode {
  /** Hash of the recorded archive, by `codeSha256`. */
  readonly sha256: string;
  /** Folder of its code, with vendored Python packages for this machine. */
  readonly folder: string;
}

export interface EnvironmentStatus {
  /** Process id of the runtime. */
  readonly pid: number;
  /** Process ids of the extensions. */
  readonly extensionPids: readonly number[];
  /** Resident memory of all its processes. */
  readonly residentBytes: number;
  readonly invocations: number;
}

/** Packages that the nodejs runtimes carry. */
const runtimeScopes = ["@aws-sdk", "@smithy"];

/**
 * Brings every recorded function to life, each environment a process or more that speak the Runtime API.
 *
 * @throws Error naming the function, when one cannot be run here or AWS would refuse it; UsageError naming the command
 * that installs what it needs.
 */
export async function startLambdaHost(options: LambdaHostOptions): Promise<LambdaHost> {
  const folder = join(options.workFolder, "lambda");
  await linkRuntimeModules(folder, options.projectFolder);
  const functions = new Map<string, HostedFunction>();
  const codes = new Map<string, FunctionCode>();
  for (const definition of readFunctions(options.graph)) {
    const installation = await installFunction(definition, options.projectFolder, folder);
    const { codeSha256, taskFolder } = installation;
    codes.set(definition.arn, { sha256: codeSha256, folder: taskFolder });
    functions.set(definition.arn, new HostedFunction(definition, installation, options));
  }
  return new Host(options, folder, functions, codes);
}

class Host implements LambdaHost {
  readonly #options: LambdaHostOptions;
  readonly #folder: string;
  readonly #functions: ReadonlyMap<string, HostedFunction>;
  readonly #codes: ReadonlyMap<string, FunctionCode>;

  constructor(
    options: LambdaHostOptions,
    folder: string,
    functions: ReadonlyMap<string, HostedFunction>,
    codes: ReadonlyMap<string, FunctionCode>,
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#functions = functions;
    this.#codes = codes;
  }

  async invoke(request: InvokeRequest): Promise<Buffer> {
    const maxBytes = this.#options.limits.lambdaBufferedResponseBytes;
    const response = await this.#invoke(request, {
      bufferedBytes: maxBytes,
      streamedBytes: maxBytes,
      cap: undefined,
    });
    return await buffer(response.body);
  }

  async invokeWithResponseStream(request: InvokeRequest): Promise<InvokeResponseStream> {
    const { limits, enforceCaps } = this.#options;
    const cap = {
      burstBytes: limits.lambdaStreamBurstBytes,
      bytesPerSecond: limits.lambdaStreamBytesPerSecond,
    };
    return await this.#invoke(request, {
      bufferedBytes: limits.lambdaBufferedResponseBytes,
      streamedBytes: limits.lambdaStreamedResponseBytes,
      cap: enforceCaps ? cap : undefined,
    });
  }

  code(functionArn: string): FunctionCode {
    const code = this.#codes.get(functionArn);
    if (code === undefined) throw notFound(functionArn);
    return code;
  }

  async environments(functionArn: string): Promise<EnvironmentStatus[]> {
    return await Promise.all(
      this.#function(functionArn).environments.map(async (environment) => ({
        pid: environment.pid ?? 0,
        extensionPids: environment.extensionPids,
        residentBytes: await environment.residentBytes(),
        invocations: environment.invocations,
      })),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((hosted) => hosted.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #invoke(
    { functionArn, payload, caller }: InvokeRequest,
    limits: Parameters<HostedFunction["invoke"]>[1],
  ): Promise<FunctionResponse> {
    const hosted = this.#function(functionArn);
    if (!isInvokeAllowed(this.#options.graph, hosted.definition, caller)) {
      const message = `${caller.service} (${caller.sourceArn}) is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn}`;
      this.#options.log.error("lambda", message);
      throw new LambdaServiceError("AccessDeniedException", message);
    }
    const maxBytes = this.#options.limits.lambdaRequestBytes;
    if (payload.length > maxBytes) {
      const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
      throw new LambdaServiceError("RequestTooLargeException", message);
    }
    return await hosted.invoke(payload, limits);
  }

  #function(functionArn: string): HostedFunction {
    const hosted = this.#functions.get(functionArn);
    if (hosted === undefined) throw notFound(functionArn);
    return hosted;
  }
}

function notFound(functionArn: string): LambdaServiceError {
  return new LambdaServiceError("ResourceNotFoundException", `Function not found: ${functionArn}`);
}

/**
 * Puts links to the SDK beside the functions' folders, where Node.js looks for packages. The links lead into the
 * project, so the SDK finds its own dependencies there, and the functions find nothing else.
 */
async function linkRuntimeModules(folder: string, projectFolder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(modules, { recursive: true });
  for (const scope of runtimeScopes)
    await symlink(join(projectFolder, "node_modules", scope), join(modules, scope));
}
