import { deferred } from "../lambda/deferred.ts";
import { FaultInjectedError, FaultOrders, type LockStep, type Stall } from "../fault-orders.ts";
import type { Answer } from "./answer.ts";
import { BedrockError, type BedrockErrorCode } from "./errors.ts";
import { exceptionFrame } from "./frames.ts";

/** Which answers a fault strikes. */
export interface FaultScope {
  /** Strikes requests that name the model so. Default: any. */
  readonly modelId?: string;
  /** Number of responses with the fault. Default: 1. */
  readonly times?: number;
}

/** An error before the stream begins that a test can order. */
export type RefusalCode = Extract<
  BedrockErrorCode,
  | "AccessDeniedException"
  | "InternalServerException"
  | "ModelErrorException"
  | "ModelNotReadyException"
  | "ModelTimeoutException"
  | "ResourceNotFoundException"
  | "ServiceUnavailableException"
  | "ThrottlingException"
  | "ValidationException"
>;

/** An error in the stream. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html */
export type StreamExceptionType =
  | "internalServerException"
  | "modelStreamErrorException"
  | "serviceUnavailableException"
  | "throttlingException"
  | "validationException";

/** Changes the frames of a ConverseStream answer. */
export type FrameFault = (frames: AsyncIterable<Uint8Array>, answer: Answer) => AsyncIterable<Uint8Array>;

const refusalMessages: Readonly<Record<RefusalCode, string>> = {
  AccessDeniedException: "You don't have access to the model with the specified model ID.",
  InternalServerException:
    "The system encountered an unexpected error during processing. Try your request again.",
  ModelErrorException: "The model failed to process the request. Try your request again.",
  ModelNotReadyException: "The model is not ready for inference. Try your request again.",
  ModelTimeoutException: "Model has timed out in processing the request. Try your request again.",
  ResourceNotFoundException: "Could not resolve the foundation model from the provided model identifier.",
  ServiceUnavailableException: "Bedrock is unable to process your request.",
  ThrottlingException: "Too many requests, please wait before trying again.",
  ValidationException: "Malformed input request, please reformat your input and try again.",
};

const streamExceptions: Readonly<Record<StreamExceptionType, object>> = {
  internalServerException: { message: refusalMessages.InternalServerException },
  modelStreamErrorException: {
    message: "The model stream failed. Try your request again.",
    originalStatusCode: 500,
    originalMessage: "The model stream failed.",
  },
  serviceUnavailableException: { message: refusalMessages.ServiceUnavailableException },
  throttlingException: { message: refusalMessages.ThrottlingException },
  validationException: { message: refusalMessages.ValidationException },
};

/** Misfortunes on order, so that tests can see how a caller of Bedrock bears them. Frames are counted from the first, `messageStart`. */
export class Faults {
  readonly #refusals = new FaultOrders<RefusalCode>();
  readonly #frameFaults = new FaultOrders<FrameFault>();

  /** Answers with this error and its status, for either operation. */
  refuse(code: RefusalCode, scope: FaultScope = {}): void {
    this.#refusals.add({ target: scope.modelId, times: scope.times }, code);
  }

  /** Ends the stream with an exception after so many frames. */
  exceptionAfter(frameCount: number, exceptionType: StreamExceptionType, scope?: FaultScope): void {
    this.#order(scope, async function* (frames) {
      yield* first(frames, frameCount);
      yield exceptionFrame(exceptionType, streamExceptions[exceptionType]);
    });
  }

  /** Ends in good order after so many frames: nothing but a missing `messageStop` tells that the answer is not whole. */
  endAfter(frameCount: number, scope?: FaultScope): void {
    this.#order(scope, (frames) => first(frames, frameCount));
  }

  /** Ends in good order in the middle of the frame after so many. */
  truncateAfter(frameCount: number, scope?: FaultScope): void {
    this.#order(scope, (frames) => cutInside(frames, frameCount));
  }

  /** Sends the frame after so many with a checksum that is wrong, and goes on. */
  corruptAfter(frameCount: number, scope?: FaultScope): void {
    this.#order(scope, async function* (frames) {
      let index = 0;
      for await (const frame of frames) yield index++ === frameCount ? withWrongChecksum(frame) : frame;
    });
  }

  /**
   * Resets the connection (RST) after so many frames, or in the middle of the next. Fewer may arrive: a reset overtakes
   * what was sent before it and is not yet read.
   */
  resetAfter(frameCount: number, scope: FaultScope & { readonly insideFrame?: boolean } = {}): void {
    this.#order(scope, async function* (frames, answer) {
      yield* scope.insideFrame === true ? cutInside(frames, frameCount) : first(frames, frameCount);
      await answer.reset();
      throw new FaultInjectedError(`reset after ${frameCount} frames`);
    });
  }

  /** Breaks the answer off in good order after so many frames: FIN in HTTP/1.1, a cancelled stream in HTTP/2. */
  breakOffAfter(frameCount: number, scope?: FaultScope): void {
    this.#order(scope, async function* (frames) {
      yield* first(frames, frameCount);
      throw new FaultInjectedError(`broken off after ${frameCount} frames`);
    });
  }

  /** Sends so many frames and then nothing more, with the connection open. */
  stallAfter(frameCount: number, scope?: FaultScope): Stall {
    const reached = deferred<void>();
    const released = deferred<void>();
    this.#order(scope, async function* (frames, answer) {
      let index = 0;
      for await (const frame of frames) {
        if (index++ === frameCount) {
          reached.resolve();
          await untilClosed(answer, released.promise);
        }
        yield frame;
      }
    });
    return { reached: reached.promise, release: () => released.resolve() };
  }

  /** Sends each frame only once it has been released. */
  lockStep(scope?: FaultScope): LockStep {
    let released = 0;
    let changed = deferred<void>();
    this.#order(scope, async function* (frames, answer) {
      for await (const frame of frames) {
        while (released === 0) await untilClosed(answer, changed.promise);
        released -= 1;
        yield frame;
      }
    });
    return {
      release(frameCount = 1) {
        released += frameCount;
        changed.resolve();
        changed = deferred();
      },
    };
  }

  /** Forgets every order not yet used up. */
  clear(): void {
    this.#refusals.clear();
    this.#frameFaults.clear();
  }

  /** @throws BedrockError when the request for this model is to be refused */
  refuseIfOrdered(modelId: string): void {
    const code = this.#refusals.take(modelId);
    if (code !== undefined) throw new BedrockError(code, refusalMessages[code], { ordinary: true });
  }

  /** @returns What is to happen to the next stream of this model. */
  takeFrameFault(modelId: string): FrameFault | undefined {
    return this.#frameFaults.take(modelId);
  }

  #order({ modelId, times }: FaultScope = {}, fault: FrameFault): void {
    this.#frameFaults.add({ target: modelId, times }, fault);
  }
}

async function* first(frames: AsyncIterable<Uint8Array>, frameCount: number): AsyncGenerator<Uint8Array> {
  let framesLeft = frameCount;
  if (framesLeft === 0) return;
  for await (const frame of frames) {
    yield frame;
    framesLeft -= 1;
    if (framesLeft === 0) return;
  }
}

async function* cutInside(frames: AsyncIterable<Uint8Array>, frameCount: number): AsyncGenerator<Uint8Array> {
  let index = 0;
  for await (const frame of frames) {
    if (index++ < frameCount) {
      yield frame;
      continue;
    }
    yield frame.subarray(0, frame.length >> 1);
    return;
  }
}

/** The last four bytes are the checksum of all before them. */
function withWrongChecksum(frame: Uint8Array): Uint8Array {
  const wrong = Uint8Array.from(frame);
  wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 0xff;
  return wrong;
}

/** @throws AbortError when the answer is over before the promise is settled, so that nothing is held back for nobody */
async function untilClosed(answer: Answer, promise: Promise<void>): Promise<void> {
  const { closed } = answer;
  const end = deferred<never>();
  const onClose = () => end.reject(closed.reason as Error);
  closed.throwIfAborted();
  closed.addEventListener("abort", onClose, { once: true });
  await Promise.race([promise, end.promise]).finally(() => closed.removeEventListener("abort", onClose));
}
