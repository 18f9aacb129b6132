import test from "ava";
import { measureSeedFirstByte, measureSeedMemory } from "../../bench/against-seed.ts";
import { measureColdStart } from "../../bench/cold-start.ts";
import { measureFirstByte } from "../../bench/first-byte.ts";
import type { Measurement } from "../../bench/measure.ts";
import { measureMemory } from "../../bench/memory.ts";
import { measureThroughput } from "../../bench/throughput.ts";

/*
 * Each benchmark at a tiny size: every request it measures brings the object's exact bytes, or it would throw. What
 * the samples say is nobody's business here.
 */

const tiny = { objectBytes: 100_000, rounds: 2, warmups: 0 };

const benchmarks: Readonly<Record<string, () => Promise<Measurement>>> = {
  throughput: () => measureThroughput(tiny),
  memory: () => measureMemory(tiny),
  "first byte": () => measureFirstByte(tiny),
  "cold start": () => measureColdStart({ ...tiny, rounds: 1 }),
};

for (const [name, measure] of Object.entries(benchmarks)) {
  test.serial(`the ${name} benchmark measures requests for the exact object`, async (t) => {
    const { baseline, subject, targets } = await measure();
    t.true(subject.samples.length > 0);
    t.is(baseline.samples.length, subject.samples.length);
    for (const value of [...baseline.samples, ...subject.samples, ...targets.map((target) => target.value)]) {
      t.true(Number.isFinite(value));
    }
    t.true(targets.length > 0);
  });
}

test.serial("the download function is measured beside the seed's", async (t) => {
  for (const measure of [measureSeedFirstByte, measureSeedMemory]) {
    const { baseline, subject } = await measure(tiny);
    t.is(baseline.samples.length, tiny.rounds);
    t.is(subject.samples.length, tiny.rounds);
    for (const value of [...baseline.samples, ...subject.samples])
      t.true(value > 0 && Number.isFinite(value));
  }
});
