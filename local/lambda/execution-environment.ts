import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { CallerResponse, type FunctionResponse } from "./caller-response.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { ExtensionsApi } from "./extensions-api.ts";
import { FunctionError } from "./lambda-service.ts";
import { readResponse, type ResponseLimits } from "./response-reader.ts";
import { type Invocation, RuntimeApi, type RuntimeListener } from "./runtime-api.ts";
import { Sandbox, type SandboxExit, type SandboxOptions } from "./sandbox.ts";

export interface EnvironmentOptions {
  /** The request that makes this environment necessary; what fails before it runs is reported under its id. */
  readonly requestId: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  /** The file names of its extensions. */
  readonly extensions: readonly string[];
  /** @param runtimeApi Format: `127.0.0.1:9001`. */
  readonly sandbox: (runtimeApi: string) => SandboxOptions;
  /**
   * Time after the poll for the next invocation in which a response may begin: a runtime sends them over two
   * connections, which race. Once it has begun it takes as long as its reader does. Default: 5000.
   */
  readonly lateResponseMilliseconds?: number | undefined;
  /** Called with each connection that its Runtime API could not accept. */
  readonly onFault: (fault: string) => void;
}

/** Result of one invocation. */
export interface InvocationResult {
  readonly error: FunctionError | undefined;
  readonly durationMilliseconds: number;
  readonly maxMemoryBytes: number;
}

/** Interval between measurements of busy processes. */
const MEMORY_POLL_MILLISECONDS = 100;

const LATE_RESPONSE_MILLISECONDS = 5000;

interface RunningInvocation {
  readonly requestId: string;
  readonly caller: CallerResponse;
  readonly limits: ResponseLimits;
  /** Resolves when the response has begun to come, or an error has taken its place. */
  readonly responding: Deferred<void>;
  /** Resolves when the response has been read to its end, or an error has taken its place. */
  readonly responded: Deferred<void>;
  readonly polled: Deferred<void>;
}

/**
 * One execution environment: its processes, their Runtime API, and at most one invocation at a time.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class ExecutionEnvironment implements RuntimeListener {
  /** Resolves with the reason when its processes are gone and all they wrote is in the log. */
  readonly exited: Promise<FunctionError>;
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #extensions: ExtensionsApi;
  readonly #sandbox: Sandbox;
  readonly #ready = deferred<void>();
  #running: RunningInvocation | undefined;
  #requestId: string;
  #isUsable = true;
  #invocations = 0;
  #startFailure: NodeJS.ErrnoException | undefined;
  #maxMemoryBytes = 0;
  /** Why the host has ended the processes, where it has. */
  #endedFor: "timeout" | "memory" | "stop" | undefined;

  /** @throws NodeJS.ErrnoException when the system has no descriptor left. */
  static async start(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(options, await RuntimeApi.listen(options.onFault));
  }

  private constructor(options: EnvironmentOptions, api: RuntimeApi) {
    this.#options = options;
    this.#requestId = options.requestId;
    this.#api = api;
    this.#extensions = new ExtensionsApi(options.extensions);
    api.attach(this, this.#extensions);
    this.#sandbox = new Sandbox(options.sandbox(api.address), this.#extensions.registered());
    this.exited = this.#watchExit();
    this.#ready.promise.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#sandbox.pid;
  }

  get extensionPids(): readonly number[] {
    return this.#sandbox.extensionPids;
  }

  /** The system's error when one of its processes could not be started. */
  get startFailure(): NodeJS.ErrnoException | undefined {
    return this.#startFailure;
  }

  /** Number of invocations it has taken. */
  get invocations(): number {
    return this.#invocations;
  }

  /** False once the runtime has stopped asking for invocations. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** True from the end of a response until the runtime asks for the next invocation: moments, as a rule. */
  get isFinishing(): boolean {
    return this.#running?.caller.isOver === true;
  }

  async residentBytes(): Promise<number> {
    return (await this.#sandbox.memory())?.residentBytes ?? 0;
  }

  /** @throws FunctionError when the code fails to load, or takes longer than this. */
  async initialise(limitMilliseconds: number): Promise<void> {
    const limit = setTimeout(() => this.#kill("timeout"), limitMilliseconds);
    try {
      await this.#ready.promise;
      // It may have been ended at the limit while its first poll was on the way.
      if (!this.#isUsable) throw await this.exited;
    } finally {
      clearTimeout(limit);
    }
  }

  /** @returns The response once it begins, and how it all went once the environment is free again or gone. */
  run(
    invocation: Invocation,
    limits: ResponseLimits,
  ): { response: Promise<FunctionResponse>; result: Promise<InvocationResult> } {
    const { requestId } = invocation;
    const caller = new CallerResponse();
    const running = {
      requestId,
      caller,
      limits,
      responding: deferred<void>(),
      responded: deferred<void>(),
      polled: deferred<void>(),
    };
    this.#running = running;
    this.#requestId = requestId;
    this.#invocations += 1;
    const result = this.#supervise(running);
    this.#api.send(invocation);
    return { response: caller.begun, result };
  }

  /** Ends it as one that is no longer needed; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isUsable = false;
    this.#endedFor ??= "stop";
    this.#sandbox.shutDown();
    await this.exited;
  }

  polled(): void {
    if (this.#running === undefined) void this.#extensions.ready().then(this.#ready.resolve);
    else this.#running.polled.resolve();
  }

  pollDropped(): void {
    this.#isUsable = false;
  }

  initFailed(error: FunctionError): void {
    this.#isUsable = false;
    this.#ready.reject(error);
  }

  invocationFailed(requestId: string, error: FunctionError): void {
    const running = this.#runningAs(requestId);
    running?.caller.fail(error);
    running?.responding.resolve();
    running?.responded.resolve();
  }

  async responded(requestId: string, request: IncomingMessage): Promise<void> {
    const running = this.#runningAs(requestId);
    if (running === undefined) return;
    running.responding.resolve();
    try {
      await readResponse(request, running.caller, running.limits);
    } finally {
      running.responded.resolve();
    }
  }

  #runningAs(requestId: string): RunningInvocation | undefined {
    return this.#running?.requestId === requestId ? this.#running : undefined;
  }

  async #supervise(running: RunningInvocation): Promise<InvocationResult> {
    const { caller, polled } = running;
    const startedAt = performance.now();
    const deadline = setTimeout(() => this.#kill("timeout"), this.#options.timeoutSeconds * 1000);
    const memoryPoll = setInterval(() => void this.#checkMemory(), MEMORY_POLL_MILLISECONDS);
    const death = await Promise.race([polled.promise.then(() => this.#lateResponse(running)), this.exited]);
    await this.#checkMemory();
    clearTimeout(deadline);
    clearInterval(memoryPoll);
    caller.fail(death ?? incompleteResponse());
    this.#running = undefined;
    return {
      // A stop after the response takes nothing from the invocation.
      error: caller.error ?? (this.#endedFor === "stop" ? undefined : death),
      durationMilliseconds: performance.now() - startedAt,
      maxMemoryBytes: this.#maxMemoryBytes,
    };
  }

  async #lateResponse({ responding, responded }: RunningInvocation): Promise<undefined> {
    const stopWaiting = new AbortController();
    const { lateResponseMilliseconds = LATE_RESPONSE_MILLISECONDS } = this.#options;
    const limit = sleep(lateResponseMilliseconds, false, stopWaiting).catch(() => false);
    const hasBegun = await Promise.race([responding.promise.then(() => true), limit]);
    stopWaiting.abort();
    if (hasBegun) await responded.promise;
  }

  async #checkMemory(): Promise<void> {
    const memory = await this.#sandbox.memory();
    if (memory === undefined) return;
    this.#maxMemoryBytes = Math.max(this.#maxMemoryBytes, memory.peakBytes);
    if (memory.peakBytes > this.#options.memoryMiB * 1024 * 1024) this.#kill("memory");
  }

  #kill(reason: "timeout" | "memory"): void {
    this.#isUsable = false;
    this.#endedFor ??= reason;
    this.#sandbox.kill();
  }

  async #watchExit(): Promise<FunctionError> {
    const exit = await this.#sandbox.exited;
    this.#startFailure = exit.startFailure;
    const error = this.#exitError(exit);
    this.#isUsable = false;
    this.#api.close();
    this.#ready.reject(error);
    return error;
  }

  /** Lambda's own words for the ways an environment ends. */
  #exitError({ process, reason }: SandboxExit): FunctionError {
    const about = `RequestId: ${this.#requestId} Error:`;
    if (this.#endedFor === "timeout") {
      const seconds = this.#options.timeoutSeconds.toFixed(2);
      return new FunctionError("Sandbox.Timedout", `${about} Task timed out after ${seconds} seconds`);
    }
    if (process === "extension" && this.#endedFor === undefined) {
      return new FunctionError("Extension.Crash", `${about} ${reason}`);
    }
    const errorType = this.#endedFor === "memory" ? "Runtime.OutOfMemory" : "Runtime.ExitError";
    if (reason === "exit status 0") {
      return new FunctionError(errorType, `${about} Runtime exited without providing a reason`);
    }
    return new FunctionError(errorType, `${about} Runtime exited with error: ${reason}`);
  }
}

function incompleteResponse(): FunctionError {
  return new FunctionError(
    "Runtime.TruncatedResponse",
    "The runtime went on without completing its response.",
  );
}
