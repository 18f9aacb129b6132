import test from "ava";
import fc from "fast-check";
import { TokenBucket } from "../../../local/gateway/token-bucket.ts";

test("never more than the burst and what the rate earned since pass", (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }),
      (ratePerSecond, burst, pauses) => {
        let now = 0;
        const bucket = new TokenBucket(ratePerSecond, burst, () => now);
        let taken = 0;
        for (const pause of pauses) {
          now += pause;
          if (bucket.take()) taken += 1;
        }
        return taken <= burst + (now / 1000) * ratePerSecond + 1e-6;
      },
    ),
  );
  t.pass();
});

test("a burst is refilled, but not beyond its size", (t) => {
  let now = 0;
  const bucket = new TokenBucket(1, 2, () => now);
  t.deepEqual([bucket.take(), bucket.take(), bucket.take()], [true, true, false]);
  now = 60_000;
  t.deepEqual([bucket.take(), bucket.take(), bucket.take()], [true, true, false]);
});

test("a burst of nothing lets nothing through", (t) => {
  t.false(new TokenBucket(10, 0, () => 0).take());
});
