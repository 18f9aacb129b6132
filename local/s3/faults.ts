import type { ServerResponse } from "node:http";
import { FaultInjectedError, FaultOrders, type LockStep, type Stall } from "../fault-orders.ts";

/** Which responses a fault strikes. */
export interface FaultScope {
  /** Strikes requests for this key only. Default: any key. */
  readonly key?: string;
  /** Number of responses with the fault. Default: 1. */
  readonly times?: number;
}

/** Changes how a body is sent. Counts the bytes of that response, whatever range of the object they are. */
export type BodyFault = (chunks: AsyncIterable<Buffer>, response: ServerResponse) => AsyncIterable<Buffer>;

/** Misfortunes on order, so that tests can see how a caller of S3 bears them. */
export class Faults {
  readonly #orders = new FaultOrders<BodyFault | "slowDown">();

  /**
   * Resets the connection (RST) after so many bytes of the body. Fewer may arrive: as anywhere, a reset overtakes what
   * was sent before it and is not yet read.
   */
  resetAfter(bytes: number, scope?: FaultScope): void {
    this.#order(scope, async function* (chunks, response) {
      yield* firstBytes(chunks, bytes);
      await flush(response);
      response.socket?.resetAndDestroy();
      throw new FaultInjectedError(`reset after ${bytes} bytes`);
    });
  }

  /** Ends the connection in good order (FIN) after so many bytes, short of the Content-Length. */
  truncateAfter(bytes: number, scope?: FaultScope): void {
    this.#order(scope, async function* (chunks, response) {
      yield* firstBytes(chunks, bytes);
      await flush(response);
      throw new FaultInjectedError(`truncated after ${bytes} bytes`);
    });
  }

  /** Sends so many bytes and then nothing more, with the connection open. */
  stallAfter(bytes: number, scope?: FaultScope): Stall {
    const reached = new Signal();
    const released = new Signal();
    this.#order(scope, async function* (chunks, response) {
      const end = connectionEnd(response);
      let bytesLeft = bytes;
      for await (const chunk of chunks) {
        const [before, after] = [chunk.subarray(0, bytesLeft), chunk.subarray(bytesLeft)];
        bytesLeft -= before.length;
        if (before.length > 0) yield before;
        if (after.length === 0) continue;
        await flush(response);
        reached.give();
        await Promise.race([released.given, end]);
        if (response.destroyed) return;
        yield after;
      }
    });
    return { reached: reached.given, release: () => released.give() };
  }

  /** Answers 503 SlowDown, for any operation. */
  slowDown(scope?: FaultScope): void {
    this.#order(scope, "slowDown");
  }

  /** Cuts the body in chunks of this size and sends each only once it has been released. */
  lockStep(chunkBytes: number, scope?: FaultScope): LockStep {
    let released = 0;
    let changed = new Signal();
    this.#order(scope, async function* (chunks, response) {
      const end = connectionEnd(response);
      response.flushHeaders();
      for await (const chunk of inChunksOf(chunkBytes, chunks)) {
        while (released === 0 && !response.destroyed) await Promise.race([changed.given, end]);
        if (response.destroyed) return;
        released -= 1;
        yield chunk;
      }
    });
    return {
      release(chunkCount = 1) {
        released += chunkCount;
        changed.give();
        changed = new Signal();
      },
    };
  }

  /** Forgets every order not yet used up. */
  clear(): void {
    this.#orders.clear();
  }

  /** @returns Whether the request for this key is to be answered with SlowDown. */
  takeSlowDown(key: string): boolean {
    return this.#orders.take(key, (fault) => fault === "slowDown") !== undefined;
  }

  /** @returns What is to happen to the next body sent for this key. */
  takeBodyFault(key: string): BodyFault | undefined {
    return this.#orders.take(key, (fault) => fault !== "slowDown") as BodyFault | undefined;
  }

  #order({ key, times }: FaultScope = {}, fault: BodyFault | "slowDown"): void {
    this.#orders.add({ target: key, times }, fault);
  }
}

/** A promise with its key on the outside. */
class Signal {
  readonly given: Promise<void>;
  give: () => void = () => {};

  constructor() {
    this.given = new Promise((resolve) => (this.give = resolve));
  }
}

async function* firstBytes(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let bytesLeft = bytes;
  if (bytesLeft === 0) return;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, bytesLeft);
    bytesLeft -= chunk.length;
    if (bytesLeft <= 0) return;
  }
}

async function* inChunksOf(bytes: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk]);
    for (; pending.length >= bytes; pending = pending.subarray(bytes)) yield pending.subarray(0, bytes);
  }
  if (pending.length > 0) yield pending;
}

/** Waits until head and body so far have left the process: breaking off would throw away what has not. */
async function flush(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  const { socket } = response;
  if (socket !== null) await new Promise((resolve) => socket.write("", resolve));
}

/** Fulfilled when the connection has ended, so that nothing is held back for nobody. */
function connectionEnd(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) resolve();
    else response.once("close", resolve);
  });
}
