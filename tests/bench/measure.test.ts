import test from "ava";
import { alternate, compareMedians, isMet, percentile, type Target } from "../../bench/measure.ts";

const oneToTen = [7, 3, 10, 1, 5, 9, 2, 8, 4, 6];

test("a percentile is a value that was measured", (t) => {
  t.is(percentile(oneToTen, 50, "lower"), 5);
  t.is(percentile(oneToTen, 90, "lower"), 9);
  t.is(percentile(oneToTen, 91, "lower"), 10);
  t.is(percentile(oneToTen, 100, "lower"), 10);
  t.is(percentile([4], 1, "lower"), 4);
});

test("the high percentiles are the bad end, whichever end that is", (t) => {
  t.is(percentile(oneToTen, 99, "lower"), 10);
  t.is(percentile(oneToTen, 99, "higher"), 1);
});

test("percentiles leave the samples in their order", (t) => {
  const samples = [3, 1, 2];
  percentile(samples, 50, "lower");
  t.deepEqual(samples, [3, 1, 2]);
});

test("there is no percentile of nothing", (t) => {
  t.throws(() => percentile([], 50, "lower"), { instanceOf: RangeError });
});

test("medians are compared as subject to baseline", (t) => {
  const comparison = compareMedians({
    question: "",
    unit: "MB/s",
    better: "higher",
    baseline: { name: "baseline", samples: [100, 300, 200] },
    subject: { name: "subject", samples: [90, 10, 80] },
  });
  t.deepEqual(comparison, { baseline: 200, subject: 80, ratio: 0.4 });
});

for (const [bound, below, at, above] of [
  ["at least", false, true, true],
  ["at most", true, true, false],
  ["below", true, false, false],
] as const) {
  test(`a target of ${bound} a limit is judged by it`, (t) => {
    const target = (value: number): Target => ({ quantity: "", unit: "", bound, limit: 10, value });
    t.deepEqual(
      [9, 10, 11].map((value) => isMet(target(value))),
      [below, at, above],
    );
  });
}

test("a value that could not be measured meets no target", (t) => {
  for (const bound of ["at least", "at most", "below"] as const) {
    t.false(isMet({ quantity: "", unit: "", bound, limit: 10, value: NaN }));
  }
});

test("both sides are measured in turn, each first in every other round", async (t) => {
  const order: string[] = [];
  const measure = (side: string) => () => Promise.resolve(order.push(side));
  const samples = await alternate({ rounds: 2, warmups: 1 }, measure("baseline"), measure("subject"));
  t.deepEqual(order, ["subject", "baseline", "baseline", "subject", "subject", "baseline"]);
  t.deepEqual(samples, { baseline: [3, 6], subject: [4, 5] }, "the round to warm up is not kept");
});
