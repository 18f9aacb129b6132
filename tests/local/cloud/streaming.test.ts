import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { kernelQueuedBytes } from "../../helpers/kernel-queues.ts";
import { startTestCloud } from "../../helpers/local-cloud.ts";
import { openRawGet, readRawResponse } from "../../helpers/raw-http.ts";

const MiB = 1024 * 1024;

test("each chunk reaches the client before S3 sends the next", async (t) => {
  const cloud = await startTestCloud(t);
  const chunkBytes = 1000;
  const bytes = randomBytes(20 * chunkBytes);
  await cloud.putObject("steps.bin", bytes);
  const steps = cloud.s3.faults.lockStep(chunkBytes, { key: "steps.bin" });
  const response = await cloud.download("steps.bin");
  const reader = response.body?.getReader();
  let received = Buffer.alloc(0);
  // Would hang for ever if anything on the way held a chunk back until more came.
  for (let chunk = 1; chunk <= 20; chunk++) {
    steps.release();
    while (received.length < chunk * chunkBytes) {
      const part = await reader?.read();
      if (part?.value === undefined) return t.fail(`ended after ${received.length} bytes`);
      received = Buffer.concat([received, part.value]);
    }
    t.is(received.length, chunk * chunkBytes);
  }
  t.true(bytes.equals(received));
});

test("a reader that pauses stops the whole way up to S3", async (t) => {
  const cloud = await startTestCloud(t);
  const bytes = randomBytes(64 * MiB);
  await cloud.putObject("paused.bin", bytes);
  const socket = await openRawGet(t, cloud.url("paused.bin"), { "x-api-key": cloud.outputs.apiKey });
  const sentBytes = () =>
    cloud.s3.requests.find(({ operation }) => operation === "GetObject")?.sentBytes ?? 0;
  const sentWhenStill = await untilConstant(sentBytes);
  t.true(sentWhenStill > 0 && sentWhenStill < bytes.length, `${sentWhenStill} bytes had left S3`);
  if (process.platform === "linux") {
    const environments = await cloud.environments("download");
    const inKernel = kernelQueuedBytes([process.pid, ...environments.map(({ pid }) => pid)]);
    const inProcesses = sentWhenStill - inKernel;
    t.true(inProcesses < 8 * MiB, `${(inProcesses / MiB).toFixed(1)} MiB had been taken in on the way`);
    t.log(`S3 had sent ${sentWhenStill} bytes, ${inKernel} of them in socket buffers`);
  } else {
    t.log("not compared with the socket buffers: they can be read on Linux only");
  }
  const { body } = await readRawResponse(socket);
  t.true(body.equals(bytes));
});

test("fifty downloads at a time are all byte-exact", async (t) => {
  const cloud = await startTestCloud(t);
  const objects = Array.from({ length: 50 }, (_, index) => ({
    key: `parallel-${index}.bin`,
    bytes: randomBytes(MiB + index),
  }));
  for (const { key, bytes } of objects) await cloud.putObject(key, bytes);
  const answers = await Promise.all(
    objects.map(async ({ key }) => (await cloud.download(key)).arrayBuffer()),
  );
  for (const [index, { bytes }] of objects.entries())
    t.true(bytes.equals(Buffer.from(answers[index] ?? new ArrayBuffer(0))), `${index}`);
});

/** The value once it has not changed for a second. */
async function untilConstant(read: () => number): Promise<number> {
  let value = read();
  for (let unchanged = 0; unchanged < 10 || value === 0; unchanged++) {
    await sleep(100);
    const next = read();
    if (next !== value) unchanged = 0;
    value = next;
  }
  return value;
}
