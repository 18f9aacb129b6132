import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import test from "ava";
import { awsLimitValues } from "../../../contract/limits.ts";
import { LambdaServiceError } from "../../../local/lambda/lambda-service.ts";
import { openGate } from "../../helpers/gate.ts";
import { hostFunction, streaming, throwsFunctionError } from "../../helpers/lambda-host.ts";

const KiB = 1024;

/** Writes `event.kibibytes` KiB and heeds backpressure. */
const writes = streaming(`
  for (let i = 0; i < event.kibibytes; i++) {
    if (!stream.write(Buffer.alloc(1024, i))) await new Promise((resolve) => stream.once("drain", resolve));
  }
  stream.end();`);

test.serial("a stream has its burst at once and the rest at the capped rate", async (t) => {
  const limits = {
    ...awsLimitValues,
    lambdaStreamBurstBytes: 64 * KiB,
    lambdaStreamBytesPerSecond: 128 * KiB,
  };
  const { stream } = await hostFunction(t, writes, { limits, enforceCaps: true });
  const millisecondsFor = async (kibibytes: number) => {
    const startedAt = performance.now();
    t.is((await stream({ kibibytes })).body.length, kibibytes * KiB);
    return performance.now() - startedAt;
  };
  // A burst can be slow when the machine is busy, but never as fast as this when it is capped.
  let fastestBurst = Infinity;
  while (fastestBurst > 250) fastestBurst = Math.min(fastestBurst, await millisecondsFor(64));
  const capped = await millisecondsFor(192);
  t.true(capped >= 990, `took ${capped} ms`);
});

test("a stream beyond its limit is cut there, caps or not", async (t) => {
  const limits = { ...awsLimitValues, lambdaStreamedResponseBytes: 100 * KiB };
  const { host, request, stream } = await hostFunction(t, writes, { limits });
  t.is((await stream({ kibibytes: 100 })).body.length, 100 * KiB);
  const { body } = await host.invokeWithResponseStream(request({ kibibytes: 101 }));
  let received = 0;
  body.on("data", (chunk: Buffer) => (received += chunk.length));
  await throwsFunctionError(t, once(body, "end"), "Function.ResponseSizeTooLarge");
  t.true(received <= 100 * KiB);
});

test("a buffered response beyond its limit fails, by either invocation", async (t) => {
  const limits = { ...awsLimitValues, lambdaBufferedResponseBytes: 1000 };
  const { host, request } = await hostFunction(
    t,
    `export const handler = async (event) => "x".repeat(event.length - 2);`,
    { limits },
  );
  t.is((await host.invoke(request({ length: 1000 }))).length, 1000);
  const message = "Response payload size exceeded maximum allowed payload size (1000 bytes).";
  const tooLong = request({ length: 1001 });
  t.is(await throwsFunctionError(t, host.invoke(tooLong), "Function.ResponseSizeTooLarge"), message);
  const streamed = host.invokeWithResponseStream(tooLong);
  t.is(await throwsFunctionError(t, streamed, "Function.ResponseSizeTooLarge"), message);
});

test("a streamed response beyond the buffered limit fails a buffered invocation", async (t) => {
  const limits = { ...awsLimitValues, lambdaBufferedResponseBytes: 10 * KiB };
  const { host, request } = await hostFunction(t, writes, { limits });
  t.is((await host.invoke(request({ kibibytes: 10 }))).length, 10 * KiB);
  await throwsFunctionError(t, host.invoke(request({ kibibytes: 11 })), "Function.ResponseSizeTooLarge");
});

test("an event beyond the limit is refused", async (t) => {
  const limits = { ...awsLimitValues, lambdaRequestBytes: 100 };
  const { host, arn, request } = await hostFunction(t, writes, { limits });
  const error = await t.throwsAsync(host.invoke(request("x".repeat(99))), { instanceOf: LambdaServiceError });
  t.is(error.code, "RequestTooLargeException");
  t.deepEqual(await host.environments(arn), []);
});

test("a caller that does not read stops the function's writes", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`
      let written = 0;
      const chunk = Buffer.alloc(65536);
      for (let i = 0; i < 512; i++) {
        written += chunk.length;
        if (!stream.write(chunk)) {
          const drained = new Promise((resolve) => stream.once("drain", () => resolve(true)));
          const patience = new Promise((resolve) => setTimeout(() => resolve(false), 1000));
          if (!(await Promise.race([drained, patience]))) { await fetch(event.gate + "/" + written); await drained; }
        }
      }
      await fetch(event.gate + "/" + written);
      stream.end();`),
    { inputs: { timeout: 60 } },
  );
  const gate = await openGate(t);
  const { body } = await host.invokeWithResponseStream(request({ gate: gate.url }));
  const written = Number((await gate.reached()).slice(1));
  // How much of it waits in socket buffers is the system's to say.
  t.true(written < 512 * 64 * KiB, `${written} bytes written`);
  // However often a busy machine makes it wait from here on.
  for (let requests = 0; requests < 512; requests++) gate.letThrough();
  t.is((await buffer(body)).length, 512 * 64 * KiB);
});
