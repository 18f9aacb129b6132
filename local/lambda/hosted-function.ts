import { randomBytes, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { LimitValues } from "../../contract/limits.ts";
import type { CloudLog } from "../logs/cloud-log.ts";
import { isOutOfResources } from "../host/child-process.ts";
import { freePort } from "../host/loopback.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import type { LogGroups } from "../logs/log-groups.ts";
import { newTraceId } from "../trace-id.ts";
import type { FunctionResponse } from "./caller-response.ts";
import { environmentVariables } from "./environment-variables.ts";
import {
  type EnvironmentOptions,
  ExecutionEnvironment,
  type InvocationResult,
} from "./execution-environment.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { FunctionInstallation } from "./function-installation.ts";
import { FunctionLog } from "./function-log.ts";
import { FunctionError, LambdaServiceError } from "./lambda-service.ts";
import type { ResponseLimits } from "./response-reader.ts";
import { sandboxOptions } from "./sandbox-options.ts";
import type { SandboxOptions } from "./sandbox.ts";
import { webAdapterPortVariables } from "./web-adapter-layer.ts";

/** Settings that the functions of one local Lambda share. */
export interface HostContext {
  readonly credentials: CredentialStore;
  /** Endpoints of the local services for the SDK. Format of a name: `AWS_ENDPOINT_URL_S3`. */
  readonly endpointVariables: Readonly<Record<string, string>>;
  readonly region: string;
  readonly limits: LimitValues;
  readonly log: CloudLog;
  readonly logGroups: LogGroups;
  /** Time after the poll for the next invocation in which a response may begin. Default: 5000. */
  readonly lateResponseMilliseconds?: number | undefined;
}

/** Idle time after which an environment is ended. AWS does not document it; minutes are observed. */
const IDLE_MILLISECONDS = 5 * 60_000;

/** Time an invocation waits for an environment that has responded and is about to be free, before it starts another. */
const FINISHING_MILLISECONDS = 1000;

interface IdleEnvironment {
  readonly environment: ExecutionEnvironment;
  readonly expiry: NodeJS.Timeout;
}

/** One function: its environments, started when all others are busy, reused when free. */
export class HostedFunction {
  readonly definition: FunctionDefinition;
  readonly #installation: FunctionInstallation;
  readonly #context: HostContext;
  readonly #log: FunctionLog;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** The most recently used one last. */
  #idle: IdleEnvironment[] = [];
  /** Every invocation that holds a place under the concurrency limit. */
  readonly #active = new Set<Promise<unknown>>();
  /** Emits `free` when an environment can be used again. */
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #isClosing = false;

  constructor(definition: FunctionDefinition, installation: FunctionInstallation, context: HostContext) {
    this.definition = definition;
    this.#installation = installation;
    this.#context = context;
    this.#log = new FunctionLog(context.logGroups, definition);
  }

  get environments(): readonly ExecutionEnvironment[] {
    return [...this.#environments];
  }

  /**
   * @throws LambdaServiceError when as many invocations run as the function may have; FunctionError when the
   * function fails before its response begins.
   */
  async invoke(payload: Buffer, limits: ResponseLimits): Promise<FunctionResponse> {
    await this.#waitForFinishing();
    if (this.#isClosing || this.#active.size >= this.definition.maxConcurrency) {
      this.#context.log.error(
        "lambda",
        `${this.definition.name}: throttled at ${this.definition.maxConcurrency} invocations`,
      );
      throw new LambdaServiceError("TooManyRequestsException", "Rate Exceeded.");
    }
    return await new Promise((resolve, reject) => {
      const invocation = this.#run(payload, limits, resolve)
        .catch(reject)
        .finally(() => this.#active.delete(invocation));
      this.#active.add(invocation);
    });
  }

  /** Ends every process; resolves when they are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { expiry } of this.#idle) clearTimeout(expiry);
    await Promise.all(this.environments.map((environment) => environment.stop()));
    await Promise.all(this.#active);
  }

  /** Resolves when the environment is free again, which is after the response has begun. */
  async #run(
    payload: Buffer,
    limits: ResponseLimits,
    begin: (response: Promise<FunctionResponse>) => void,
  ): Promise<void> {
    const requestId = randomUUID();
    const { environment, initMilliseconds } = await this.#acquire(requestId);
    this.#log.start(requestId);
    const deadline = Date.now() + this.definition.timeoutSeconds * 1000;
    const { response, result } = environment.run(
      { requestId, payload, functionArn: this.definition.arn, traceId: newTraceHeader(), deadline },
      limits,
    );
    begin(response);
    const outcome = await result;
    this.#report(requestId, initMilliseconds, outcome);
    if (environment.isUsable) this.#keep(environment);
    // It has ended between its response and its next invocation.
    else if (outcome.error === undefined) this.#complain("none", await environment.exited);
  }

  async #waitForFinishing(): Promise<void> {
    if (this.#idle.length > 0 || !this.environments.some((environment) => environment.isFinishing)) return;
    await once(this.#changes, "free", { signal: AbortSignal.timeout(FINISHING_MILLISECONDS) }).catch(
      () => {},
    );
  }

  async #acquire(
    requestId: string,
  ): Promise<{ environment: ExecutionEnvironment; initMilliseconds: number | undefined }> {
    const free = this.#idle.findLast(({ environment }) => environment.isUsable);
    if (free !== undefined) {
      this.#idle = this.#idle.filter((idle) => idle !== free);
      clearTimeout(free.expiry);
      return { environment: free.environment, initMilliseconds: undefined };
    }
    const startedAt = performance.now();
    const environment = await this.#start(requestId);
    return { environment, initMilliseconds: performance.now() - startedAt };
  }

  /** Lambda initialises a slow function once more, as part of the invocation and against its timeout. */
  async #start(requestId: string): Promise<ExecutionEnvironment> {
    try {
      return await this.#initialise(requestId, this.#context.limits.lambdaInitMilliseconds);
    } catch (error) {
      if (!(error instanceof FunctionError) || error.errorType !== "Sandbox.Timedout") throw error;
      return await this.#initialise(requestId, this.definition.timeoutSeconds * 1000);
    }
  }

  async #initialise(requestId: string, limitMilliseconds: number): Promise<ExecutionEnvironment> {
    const { timeoutSeconds, memoryMiB } = this.definition;
    const startedAt = performance.now();
    const environment = await this.#newEnvironment({ requestId, timeoutSeconds, memoryMiB });
    this.#environments.add(environment);
    void environment.exited.then((error) => this.#forget(environment, error));
    try {
      if (this.#isClosing) await environment.stop();
      await environment.initialise(limitMilliseconds);
      return environment;
    } catch (error) {
      await environment.stop();
      if (isOutOfResources(environment.startFailure)) throw this.#serviceException(environment.startFailure);
      if (error instanceof FunctionError) {
        this.#log.initFailed(performance.now() - startedAt, error.errorType);
        this.#complain(requestId, error);
      }
      throw error;
    }
  }

  /** @throws LambdaServiceError when the system has no descriptor left. */
  async #newEnvironment(
    options: Pick<EnvironmentOptions, "requestId" | "timeoutSeconds" | "memoryMiB">,
  ): Promise<ExecutionEnvironment> {
    const { extensions } = this.#installation.opt;
    try {
      const ports = extensions.length === 0 ? {} : webAdapterPortVariables(await freePort());
      return await ExecutionEnvironment.start({
        ...options,
        extensions,
        lateResponseMilliseconds: this.#context.lateResponseMilliseconds,
        sandbox: (runtimeApi) => this.#sandboxOptions(runtimeApi, ports),
        onFault: (fault) => this.#context.log.error("lambda", `${this.definition.name}: ${fault}`),
      });
    } catch (error) {
      throw isOutOfResources(error) ? this.#serviceException(error) : error;
    }
  }

  /** A laptop without room for another environment is Lambda's own failure to its callers. */
  #serviceException({ code, message }: NodeJS.ErrnoException): LambdaServiceError {
    this.#context.log.error(
      "lambda",
      `${this.definition.name}: no environment can be started: ${code ?? message}`,
    );
    return new LambdaServiceError("ServiceException", "Internal service error.");
  }

  #sandboxOptions(runtimeApi: string, ports: Readonly<Record<string, string>>): SandboxOptions {
    const { credentials, endpointVariables, region } = this.#context;
    const { definition } = this;
    const { taskFolder, runtime } = this.#installation;
    const context = {
      definition,
      region,
      credentials: credentials.issue({ kind: "role", roleArn: definition.roleArn }),
      logStream: newLogStream(),
      taskFolder,
      runtime,
      runtimeApi,
    };
    return sandboxOptions({
      definition,
      installation: this.#installation,
      variables: environmentVariables(context, { ...endpointVariables, ...ports }),
      onLine: (line) => this.#log.line(line),
    });
  }

  #keep(environment: ExecutionEnvironment): void {
    const expiry = setTimeout(() => {
      this.#idle = this.#idle.filter((idle) => idle.environment !== environment);
      void environment.stop();
    }, IDLE_MILLISECONDS);
    this.#idle.push({ environment, expiry: expiry.unref() });
    this.#changes.emit("free");
  }

  #forget(environment: ExecutionEnvironment, error: FunctionError): void {
    this.#environments.delete(environment);
    const wasIdle = this.#idle.some((idle) => idle.environment === environment);
    this.#idle = this.#idle.filter((idle) => idle.environment !== environment);
    if (wasIdle) this.#complain("none", error);
  }

  #report(requestId: string, initMilliseconds: number | undefined, result: InvocationResult): void {
    const { error, durationMilliseconds, maxMemoryBytes } = result;
    this.#log.end({
      requestId,
      durationMilliseconds,
      initMilliseconds,
      maxMemoryBytes,
      errorType: error?.errorType,
    });
    if (error !== undefined) this.#complain(requestId, error);
  }

  /** Names the error and where to look; its message may hold what the caller sent, and stays in the log group. */
  #complain(requestId: string, error: FunctionError): void {
    if (this.#isClosing) return;
    const { name, logGroup } = this.definition;
    this.#context.log.error(
      "lambda",
      `${name}: ${error.errorType} (request ${requestId}, log group ${logGroup})`,
    );
  }
}

/** Format: `2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef`. */
function newLogStream(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
}

/** Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function newTraceHeader(): string {
  return `Root=${newTraceId()};Parent=${randomBytes(8).toString("hex")};Sampled=0`;
}
