import test from "ava";
import { targetsOf } from "../../bench/peers/index.ts";
import { measurePeers } from "../../bench/peers/measure-peers.ts";
import { peersChart } from "../../bench/peers/peers-chart.ts";
import { peersReport } from "../../bench/peers/peers-report.ts";
import { peerServices } from "../../bench/peers/services.ts";

/* A run at a tiny size over the services that need nothing but this project. */

const isLinux = process.platform === "linux";
const testOnLinux = isLinux ? test : test.skip;

testOnLinux("every service gives whole answers, and each has a row, a curve and its targets", async (t) => {
  const services = peerServices.filter(({ needs }) => needs === undefined);
  const tokens = 5;
  const results = await measurePeers({
    services,
    streams: [1, 50, 200],
    rounds: 1,
    tokens,
    tokensPerSecond: 50,
    openings: 3,
    memoryStreams: { few: 2, many: 4 },
  });
  t.deepEqual(
    results.map(({ name }) => name),
    ["floor (bare Node.js)", "Streamgate"],
  );
  for (const { loads, openings } of results) {
    for (const { streams, samples } of loads) {
      t.deepEqual(
        samples.map((sample) => [sample.whole, sample.failed, sample.tokens]),
        [[streams, 0, streams * tokens]],
      );
    }
    t.deepEqual(
      openings.map((sample) => [sample.whole, sample.tokens]),
      [[3, 3]],
    );
  }
  t.regex(peersReport(results), /\| Streamgate \|.* 200 of 200 \|/);
  t.is(peersChart(results).match(/<polyline/g)?.length, 4);
  t.deepEqual(
    targetsOf(results).map(({ value }) => Number.isFinite(value)),
    [true, true, true, true],
  );
});
