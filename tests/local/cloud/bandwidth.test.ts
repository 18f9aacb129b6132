import { randomBytes } from "node:crypto";
import test from "ava";
import { startTestCloud } from "../../helpers/local-cloud.ts";

const KiB = 1024;

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
    const bytes = randomBytes(400 * KiB);
    await cloud.putObject("capped.bin", bytes);
    // From before the request on: a slow machine can then only add time, and take none off the least that a cap allows.
    const startedAt = performance.now();
    const response = await cloud.download("capped.bin");
    t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
    const seconds = (performance.now() - startedAt) / 1000;
    t.true(seconds > 2.9, `${seconds} s for 300 KiB at 100 KiB/s`);
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
