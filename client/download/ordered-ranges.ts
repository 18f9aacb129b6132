/** Bytes of one range, put in while it is read and taken out in their turn. */
class RangeQueue {
  readonly #chunks: Uint8Array[] = [];
  #state: "open" | "ended" | Error = "open";
  #wake: (() => void) | undefined;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#state = error ?? "ended";
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#state === "ended") return;
      else if (this.#state instanceof Error) throw this.#state;
      else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    }
  }
}

/** Reads ranges side by side and gives their bytes in order. */
export interface OrderedRangesOptions<Range> {
  readonly ranges: readonly Range[];
  /** Most ranges held at a time: the one whose turn it is, and those ahead of it. */
  readonly window: number;
  /** Resolves when one more may be read. */
  readonly enter: () => Promise<void>;
  readonly leave: () => void;
  readonly read: (range: Range, write: (bytes: Uint8Array) => void) => Promise<void>;
}

/** @throws What `read` throws, as soon as it is that range's turn. */
export async function* orderedRanges<Range>({
  ranges,
  window,
  enter,
  leave,
  read,
}: OrderedRangesOptions<Range>): AsyncGenerator<Uint8Array, undefined> {
  const queues = ranges.map(() => new RangeQueue());
  let started = 0;
  const startOne = () => {
    const [range, queue] = [ranges[started], queues[started]];
    if (range === undefined || queue === undefined) return;
    started += 1;
    const reading = async () => {
      await enter();
      try {
        await read(range, (bytes) => queue.push(bytes));
      } finally {
        leave();
      }
    };
    reading().then(
      () => queue.end(),
      (error: unknown) => queue.end(error instanceof Error ? error : new Error(String(error))),
    );
  };
  for (let index = 0; index < window; index++) startOne();
  for (const queue of queues) {
    yield* queue;
    startOne();
  }
}
