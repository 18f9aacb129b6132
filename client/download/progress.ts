/** State of a download under way. */
export interface DownloadProgress {
  readonly receivedBytes: number;
  /** Of the whole object. Absent when the API does not say. */
  readonly totalBytes?: number;
  /** Over the last five seconds. */
  readonly bytesPerSecond: number;
  /** Time left at that rate. Absent where the rate or the size is not known. */
  readonly remainingSeconds?: number;
  /** Ranges being read. */
  readonly openRanges: number;
}

const WINDOW_MILLISECONDS = 5_000;
const REPORT_MILLISECONDS = 100;

/** Counts bytes and tells of them, ten times a second at most. */
export class ProgressMeter {
  readonly #tell: (progress: DownloadProgress) => void;
  readonly #totalBytes: number | undefined;
  readonly #openRanges: () => number;
  readonly #samples: { at: number; bytes: number }[] = [];
  #receivedBytes: number;
  #toldAt = 0;

  constructor(
    tell: (progress: DownloadProgress) => void,
    totalBytes: number | undefined,
    openRanges: () => number,
    alreadyReceived = 0,
  ) {
    this.#tell = tell;
    this.#totalBytes = totalBytes;
    this.#openRanges = openRanges;
    this.#receivedBytes = alreadyReceived;
    this.#samples.push({ at: performance.now(), bytes: alreadyReceived });
  }

  count(bytes: number): void {
    this.#receivedBytes += bytes;
    const now = performance.now();
    if (now - this.#toldAt < REPORT_MILLISECONDS) return;
    this.#report(now);
  }

  /** Tells of the end. */
  finish(): void {
    this.#report(performance.now());
  }

  #report(now: number): void {
    this.#toldAt = now;
    this.#samples.push({ at: now, bytes: this.#receivedBytes });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW_MILLISECONDS)
      this.#samples.shift();
    const [oldest = { at: now, bytes: 0 }] = this.#samples;
    const seconds = (now - oldest.at) / 1000;
    const bytesPerSecond = seconds > 0 ? (this.#receivedBytes - oldest.bytes) / seconds : 0;
    this.#tell({
      receivedBytes: this.#receivedBytes,
      bytesPerSecond,
      openRanges: this.#openRanges(),
      ...(this.#totalBytes !== undefined && {
        totalBytes: this.#totalBytes,
        ...(bytesPerSecond > 0 && {
          remainingSeconds: (this.#totalBytes - this.#receivedBytes) / bytesPerSecond,
        }),
      }),
    });
  }
}
