import test from "ava";
import { measureRuntimes, runtimesTable } from "../../bench/runtimes.ts";
import { pythonCloudTest } from "../helpers/python-download.ts";

pythonCloudTest(
  "the runtimes benchmark measures requests for the exact object in every language",
  async (t) => {
    const result = await measureRuntimes({
      largeBytes: 100_000,
      smallBytes: 1000,
      throughputRounds: 1,
      firstByteRounds: 2,
      coldRounds: 1,
    });
    for (const samples of [
      result.megabytesPerSecond,
      result.firstByteMilliseconds,
      result.coldFirstByteMilliseconds,
      result.residentMegabytes,
      result.packageBytes,
    ]) {
      const values = [samples.nodejs, samples["python-fastapi"], samples["python-stdlib"]];
      t.true(values.every(([first = NaN]) => first > 0));
      t.true(values.flat().every(Number.isFinite));
    }
  },
);

test("the table has a column for each language, and the bad end beside the middle", (t) => {
  const many = { nodejs: [1, 2, 3], "python-fastapi": [4, 5, 6], "python-stdlib": [7, 8, 9] };
  const one = { nodejs: [1000.4], "python-fastapi": [2], "python-stdlib": [3] };
  const table = runtimesTable({
    megabytesPerSecond: many,
    firstByteMilliseconds: many,
    coldFirstByteMilliseconds: many,
    residentMegabytes: one,
    packageBytes: one,
  });
  t.true(table.startsWith("| | nodejs | python-fastapi | python-stdlib |\n"));
  t.true(table.includes("| throughput, MB/s, p50 / p99 | 2 / 1 | 5 / 4 | 8 / 7 |"));
  t.true(table.includes("| first byte, warm, ms, p50 / p99 | 2 / 3 | 5 / 6 | 8 / 9 |"));
  t.true(table.endsWith("| deployment package, bytes | 1000 | 2 | 3 |"));
});
