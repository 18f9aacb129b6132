import { randomBytes } from "node:crypto";
import test from "ava";
import { startTestCloud } from "../../helpers/local-cloud.ts";

const KiB = 1024;

/** Time can only be added by a slow machine, so the least time a cap allows is safe to assert. */
async function secondsFor(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const caps = [
  { whose: "Lambda", limits: { lambdaStreamBurstBytes: 100 * KiB, lambdaStreamBytesPerSecond: 100 * KiB } },
  {
    whose: "API Gateway",
    limits: { gatewayStreamBurstBytes: 100 * KiB, gatewayStreamBytesPerSecond: 100 * KiB },
  },
];

for (const { whose, limits } of caps) {
  test(`${whose}'s cap holds back what comes after the burst`, async (t) => {
    const cloud = await startTestCloud(t, { enforceCaps: true, limits });
    const bytes = randomBytes(250 * KiB);
    await cloud.putObject("capped.bin", bytes);
    const response = await cloud.download("capped.bin");
    const rest = await secondsFor(async () => {
      t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
    });
    t.true(rest > 1.3, `${rest} s for 150 KiB at 100 KiB/s`);
  });
}

test("without caps nothing is held back", async (t) => {
  const [cap] = caps;
  const cloud = await startTestCloud(t, { enforceCaps: false, ...(cap && { limits: cap.limits }) });
  // Capped, this would take more than a minute and run into the test's time limit.
  const bytes = randomBytes(20 * KiB * KiB);
  await cloud.putObject("uncapped.bin", bytes);
  t.true(bytes.equals(Buffer.from(await (await cloud.download("uncapped.bin")).arrayBuffer())));
});
