import { setTimeout as sleep } from "node:timers/promises";

/** A bandwidth cap: the first bytes of a response pass at once, the rest at a steady rate. */
export interface BandwidthCap {
  readonly burstBytes: number;
  readonly bytesPerSecond: number;
}

/** Bytes released at a time once the burst is spent: small enough that a scaled-down cap is still smooth. */
const SLICE_SECONDS = 0.05;

/** Holds chunks to a cap. Waits rather than buffers, so that backpressure reaches the producer. */
export async function* capBandwidth(
  chunks: AsyncIterable<Buffer>,
  cap: BandwidthCap,
): AsyncGenerator<Buffer, undefined> {
  const slice = Math.max(1, Math.floor(cap.bytesPerSecond * SLICE_SECONDS));
  let burstLeft = cap.burstBytes;
  let nextSliceAt = 0;
  for await (const chunk of chunks) {
    const atOnce = Math.min(burstLeft, chunk.length);
    burstLeft -= atOnce;
    if (atOnce > 0) yield chunk.subarray(0, atOnce);
    for (let start = atOnce; start < chunk.length; start += slice) {
      const part = chunk.subarray(start, start + slice);
      const now = performance.now();
      nextSliceAt = Math.max(nextSliceAt, now) + (part.length / cap.bytesPerSecond) * 1000;
      await sleep(nextSliceAt - now);
      yield part;
    }
  }
}
