interface Order<Fault> {
  readonly target: string | undefined;
  readonly fault: Fault;
  timesLeft: number;
}

/** Which answers an ordered fault strikes. */
export interface FaultScope {
  /** Default: any. */
  readonly target?: string | undefined;
  /** How many answers are struck before the fault is used up. Default: 1. */
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
