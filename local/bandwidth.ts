import { Transform, type TransformCallback } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** A bandwidth cap: the first bytes of a response pass at once, the rest at a steady rate. */
export interface BandwidthCap {
  readonly burstBytes: number;
  readonly bytesPerSecond: number;
}

/** Bytes released at a time once the burst is spent: small enough that a scaled-down cap is still smooth. */
const SLICE_SECONDS = 0.05;

/** Holds a stream to a cap. Waits rather than buffers, so that backpressure reaches the producer. */
export function capBandwidth(cap: BandwidthCap): Transform {
  const slice = Math.max(1, Math.floor(cap.bytesPerSecond * SLICE_SECONDS));
  let burstLeft = cap.burstBytes;
  let nextSliceAt = 0;

  async function* paced(chunk: Buffer): AsyncGenerator<Buffer> {
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

  return new Transform({
    async transform(this: Transform, chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        for await (const part of paced(chunk)) this.push(part);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
