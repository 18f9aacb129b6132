import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { awsLimitValues } from "../../../contract/limits.ts";
import { openGate } from "../../helpers/gate.ts";
import { hostFunction, streaming, throwsFunctionError } from "../../helpers/lambda-host.ts";
import { until } from "../../helpers/until.ts";
import { reported } from "../../helpers/reported.ts";

test.serial("an error before the first byte is the function's, and the environment lives", async (t) => {
  const hosted = await hostFunction(
    t,
    streaming(`if (event.bad) throw new RangeError("no"); stream.end("good");`),
  );
  const { host, arn, request, stream, log } = hosted;
  t.is(
    await throwsFunctionError(t, host.invokeWithResponseStream(request({ bad: true })), "RangeError"),
    "no",
  );
  const [before] = await host.environments(arn);
  await reported(hosted, 1);
  t.is((await stream()).body.toString(), "good");
  t.is((await host.environments(arn))[0]?.pid, before?.pid);
  t.is(log.entries.length, 1);
  t.regex(
    log.entries[0]?.message ?? "",
    /^probe: RangeError \(request [\w-]+, log group \/aws\/lambda\/probe\)$/,
  );
});

test.serial("an error after bytes breaks the body off, and the environment lives", async (t) => {
  const hosted = await hostFunction(
    t,
    streaming(`stream.write("part"); if (event.bad) throw new Error("late"); stream.end();`),
  );
  const { host, arn, request, stream } = hosted;
  const { body } = await host.invokeWithResponseStream(request({ bad: true }));
  t.is(await throwsFunctionError(t, buffer(body), "Error"), "late");
  await reported(hosted, 1);
  t.is((await stream()).body.toString(), "part");
  const environments = await host.environments(arn);
  t.deepEqual(
    environments.map(({ invocations }) => invocations),
    [2],
  );
});

test("an error after bytes waits for a caller who takes his time to read them", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`stream.write(Buffer.alloc(8_000_000)); throw new RangeError("late");`),
    { lateResponseMilliseconds: 100 },
  );
  const { body } = await host.invokeWithResponseStream(request());
  // Longer than a response may begin after the poll that overtook it.
  await sleep(300);
  let received = 0;
  body.on("data", (chunk: Buffer) => (received += chunk.length));
  t.is(await throwsFunctionError(t, once(body, "end"), "RangeError"), "late");
  t.is(received, 8_000_000);
});

test("a buffered function's error is told by either invocation", async (t) => {
  const { host, request } = await hostFunction(
    t,
    `export const handler = async () => { throw new Error("no"); };`,
  );
  t.is(await throwsFunctionError(t, host.invoke(request()), "Error"), "no");
  t.is(await throwsFunctionError(t, host.invokeWithResponseStream(request()), "Error"), "no");
});

test.serial(
  "a process that exits is Lambda's exit error, and the next invocation a cold start",
  async (t) => {
    const hosted = await hostFunction(
      t,
      streaming(`if (event.code !== undefined) process.exit(event.code); stream.end("good");`),
    );
    const { host, arn, request, stream } = hosted;
    await stream();
    await reported(hosted, 1);
    const [before] = await host.environments(arn);
    const message = await throwsFunctionError(
      t,
      host.invokeWithResponseStream(request({ code: 1 })),
      "Runtime.ExitError",
    );
    t.regex(message, /^RequestId: [\w-]+ Error: Runtime exited with error: exit status 1$/);
    await stream();
    t.not((await host.environments(arn))[0]?.pid, before?.pid);
    const quiet = await throwsFunctionError(
      t,
      host.invokeWithResponseStream(request({ code: 0 })),
      "Runtime.ExitError",
    );
    t.regex(quiet, /Runtime exited without providing a reason$/);
  },
);

test("a process that ends in the middle of a body breaks the body off", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`stream.write("part"); await fetch(event.gate); process.kill(process.pid, "SIGKILL");`),
  );
  const gate = await openGate(t);
  const { body } = await host.invokeWithResponseStream(request({ gate: gate.url }));
  gate.letThrough();
  const message = await throwsFunctionError(t, buffer(body), "Runtime.ExitError");
  t.regex(message, /Runtime exited with error: signal: killed$/);
});

test("a source that fails inside a pipeline ends the process, as the managed runtime does", async (t) => {
  const { host, request } = await hostFunction(
    t,
    `import { pipeline } from "node:stream/promises";
    ${streaming(`await pipeline((async function* () { yield "part"; throw new Error("source"); })(), stream);`)}`,
  );
  const response = host.invokeWithResponseStream(request()).then(({ body }) => buffer(body));
  await throwsFunctionError(t, response, "Runtime.ExitError");
});

test("a function past its timeout is ended, before its first byte or after", async (t) => {
  const { host, arn, request, log } = await hostFunction(
    t,
    streaming(`if (event.write) stream.write("part"); await new Promise(() => {});`),
    { inputs: { timeout: 2 } },
  );
  const message = await throwsFunctionError(t, host.invokeWithResponseStream(request()), "Sandbox.Timedout");
  t.regex(message, /^RequestId: [\w-]+ Error: Task timed out after 2\.00 seconds$/);
  // A machine that stands still for so long finds no first byte either.
  const response = host.invokeWithResponseStream(request({ write: true })).then(({ body }) => buffer(body));
  await throwsFunctionError(t, response, "Sandbox.Timedout");
  t.deepEqual(await host.environments(arn), []);
  t.is(log.entries.length, 2);
});

test("a function past its memory is ended", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`
      const kept = [];
      // Four times as much as it may have, and no more, however long the host takes to see it.
      while (kept.length < 64) { kept.push(Buffer.alloc(8 * 1024 * 1024, 1)); await new Promise((resolve) => setTimeout(resolve, 5)); }
      await new Promise(() => {});`),
    { inputs: { timeout: 30 } },
  );
  const message = await throwsFunctionError(
    t,
    host.invokeWithResponseStream(request()),
    "Runtime.OutOfMemory",
  );
  t.regex(message, /^RequestId: [\w-]+ Error: Runtime exited with error: signal: killed$/);
});

test("code that fails to load is told with its own error", async (t) => {
  const { host, arn, request, log } = await hostFunction(t, `throw new RangeError("at once");`);
  t.is(await throwsFunctionError(t, host.invokeWithResponseStream(request()), "RangeError"), "at once");
  t.deepEqual(await host.environments(arn), []);
  t.is(log.entries.length, 1);
});

test("code that ends the process while it loads is an exit error", async (t) => {
  const { host, request } = await hostFunction(t, `process.exit(7);`);
  const message = await throwsFunctionError(t, host.invokeWithResponseStream(request()), "Runtime.ExitError");
  t.regex(message, /exit status 7$/);
});

test("code too slow for the init phase gets a second start, inside the function's timeout", async (t) => {
  const slowly = (milliseconds: number) =>
    `await new Promise((resolve) => setTimeout(resolve, ${milliseconds})); ${streaming(`stream.end("at last");`)}`;
  const limits = { ...awsLimitValues, lambdaInitMilliseconds: 400 };
  const patient = await hostFunction(t, slowly(600), { limits, inputs: { timeout: 30 } });
  t.is((await patient.stream()).body.toString(), "at last");
  const impatient = await hostFunction(t, slowly(60_000), { limits, inputs: { timeout: 1 } });
  await throwsFunctionError(
    t,
    impatient.host.invokeWithResponseStream(impatient.request()),
    "Sandbox.Timedout",
  );
});

test.serial("a start whose time is over the moment it is done is made again", async (t) => {
  const limits = { ...awsLimitValues, lambdaInitMilliseconds: 400 };
  const { host, arn, stream } = await hostFunction(t, streaming(`stream.end("ready");`), { limits });
  const answer = stream();
  await until(async () => (await host.environments(arn)).length > 0);
  // Held up here, the host finds the limit reached and the runtime's first poll at once.
  const heldUntil = performance.now() + 2000;
  while (performance.now() < heldUntil);
  t.is((await answer).body.toString(), "ready");
});

test("a runtime that goes on without answering is a truncated response", async (t) => {
  const { host, request } = await hostFunction(
    t,
    `const next = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/next";
    await fetch(next);
    await fetch(next);`,
  );
  await throwsFunctionError(t, host.invoke(request()), "Runtime.TruncatedResponse");
});

test.serial("a process that ends between invocations is noticed, and not used again", async (t) => {
  const hosted = await hostFunction(
    t,
    streaming(`stream.end("good"); fetch(event.gate).then(() => process.exit(1), () => {});`),
  );
  const { host, arn, stream, nextError } = hosted;
  const gate = await openGate(t);
  await stream({ gate: gate.url });
  await reported(hosted, 1);
  const error = nextError();
  gate.letThrough();
  t.regex(await error, /^probe: Runtime.ExitError/);
  t.deepEqual(await host.environments(arn), []);
  t.is((await stream({ gate: gate.url })).body.toString(), "good");
});

test("what a process has started ends with it", async (t) => {
  const { host, request } = await hostFunction(
    t,
    `import { spawn } from "node:child_process";
    ${streaming(`
      spawn("sleep", ["60"], { stdio: "inherit" });
      process.exit(1);`)}`,
  );
  await throwsFunctionError(t, host.invoke(request()), "Runtime.ExitError");
});
