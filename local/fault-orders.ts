/** The answer was broken off on order. */
export class FaultInjectedError extends Error {
  override readonly name = "FaultInjectedError";
}

/** An answer that stands still until it is let go, or its reader leaves. */
export interface Stall {
  /** Fulfilled when an answer has come to stand still. */
  readonly reached: Promise<void>;
  release(): void;
}

/** An answer that is sent one piece at a time, as many as were released. */
export interface LockStep {
  /** Lets further pieces go. Nothing is sent before the first call, the answer's head aside. */
  release(pieceCount?: number): void;
}

interface Order<Fault> {
  readonly target: string | undefined;
  readonly fault: Fault;
  timesLeft: number;
}

/** Which answers an ordered fault strikes. */
export interface FaultScope {
  /** Default: any. */
  readonly target?: string | undefined;
  /** Number of responses with the fault. Default: 1. */
  readonly times?: number | undefined;
}

/** Misfortunes ordered and not yet used up, oldest first. */
export class FaultOrders<Fault> {
  #orders: Order<Fault>[] = [];

  add({ target, times = 1 }: FaultScope, fault: Fault): void {
    this.#orders.push({ target, fault, timesLeft: times });
  }

  clear(): void {
    this.#orders = [];
  }

  /** @returns What is to strike an answer about this target, counted as used. */
  take(target: string, isWanted: (fault: Fault) => boolean = () => true): Fault | undefined {
    const order = this.#orders.find(
      (candidate) =>
        isWanted(candidate.fault) && (candidate.target ?? target) === target && candidate.timesLeft > 0,
    );
    if (order !== undefined) order.timesLeft -= 1;
    return order?.fault;
  }
}
