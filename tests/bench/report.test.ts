import test from "ava";
import type { Measurement } from "../../bench/measure.ts";
import { machineReport, measurementReport } from "../../bench/report.ts";

const measurement: Measurement = {
  question: "How fast?",
  unit: "MB/s",
  better: "higher",
  baseline: { name: "S3", samples: [1000.4, 900, 1100] },
  subject: { name: "gateway", samples: [500, 451.26, 300] },
  targets: [
    { quantity: "share", value: 0.451, unit: "", bound: "at least", limit: 0.4 },
    { quantity: "memory", value: 170.2, unit: "MB", bound: "below", limit: 160 },
  ],
};

test("a report shows both sides, how they compare, and what became of each target", (t) => {
  t.is(
    measurementReport(measurement),
    [
      "How fast?",
      "  baseline  S3       p50 1000 MB/s, p99 900 MB/s, n 3",
      "  subject   gateway  p50 451 MB/s, p99 300 MB/s, n 3",
      "  subject / baseline (p50): 0.451",
      "  subject - baseline: p50 -549 MB/s, p99 -600 MB/s",
      "  met: share 0.451, at least 0.4",
      "  NOT MET: memory 170 MB, below 160",
    ].join("\n"),
  );
});

test("figures are shown with the machine they come from", (t) => {
  const machine = {
    cpu: "A CPU",
    cores: 2,
    memoryGigabytes: 8,
    system: "Linux 6 x64",
    node: "24.0.0",
    load: 0.5,
  };
  t.is(machineReport(machine), "A CPU, 2 cores, 8 GB; Linux 6 x64; Node.js 24.0.0; load 0.50");
});
