import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import test from "ava";
import { LambdaServiceError } from "../../../local/lambda/lambda-service.ts";
import { openGate } from "../../helpers/gate.ts";
import { hostFunction, streaming } from "../../helpers/lambda-host.ts";
import { reported } from "../../helpers/reported.ts";

const waitsAtTheGate = streaming(`await fetch(event.gate); stream.end(String(process.pid));`);

test.serial("invocations one after the other share an environment", async (t) => {
  const hosted = await hostFunction(t, streaming(`stream.end(String(process.pid));`));
  const { host, arn, stream } = hosted;
  const first = await stream();
  await reported(hosted, 1);
  const second = await stream();
  t.deepEqual(first.body, second.body);
  const [environment, ...others] = await host.environments(arn);
  t.is(String(environment?.pid), first.body.toString());
  t.is(environment?.invocations, 2);
  t.true((environment?.residentBytes ?? 0) > 10_000_000);
  t.deepEqual(others, []);
});

test.serial("invocations side by side have an environment each, and those are used again", async (t) => {
  const hosted = await hostFunction(t, waitsAtTheGate);
  const { host, arn, stream } = hosted;
  const gates = [await openGate(t), await openGate(t), await openGate(t)];
  const responses = gates.map(({ url }) => stream({ gate: url }));
  await Promise.all(gates.map((gate) => gate.reached()));
  t.is((await host.environments(arn)).length, 3);
  for (const gate of gates) gate.letThrough();
  const pids = (await Promise.all(responses)).map(({ body }) => body.toString());
  t.is(new Set(pids).size, 3);
  await reported(hosted, 3);
  gates[0]?.letThrough();
  const again = await stream({ gate: gates[0]?.url });
  t.true(pids.includes(again.body.toString()));
});

test("more invocations than the function reserves are throttled", async (t) => {
  const { host, request, log } = await hostFunction(t, waitsAtTheGate, {
    inputs: { reservedConcurrentExecutions: 1, timeout: 60 },
  });
  const gate = await openGate(t);
  const first = host.invoke(request({ gate: gate.url }));
  await gate.reached();
  await t.throwsAsync(host.invoke(request({ gate: gate.url })), {
    instanceOf: LambdaServiceError,
    code: "TooManyRequestsException",
  });
  gate.letThrough();
  await first;
  t.is(log.entries.length, 1);
});

test("a function that reserves nothing is throttled at once", async (t) => {
  const { host, request } = await hostFunction(t, waitsAtTheGate, {
    inputs: { reservedConcurrentExecutions: 0 },
  });
  await t.throwsAsync(host.invoke(request()), { code: "TooManyRequestsException" });
});

test.serial("a caller that leaves does not stop the function", async (t) => {
  const hosted = await hostFunction(
    t,
    `let finished = 0;
    ${streaming(`
      if (event.count) return stream.end(String(finished));
      for (let i = 0; i < 200; i++) {
        if (!stream.write(Buffer.alloc(65536))) await new Promise((resolve) => stream.once("drain", resolve));
      }
      stream.end();
      finished += 1;
      await fetch(event.gate);`)}`,
    { inputs: { timeout: 60 } },
  );
  const { host, arn, request, stream, log } = hosted;
  const gate = await openGate(t);
  const { body } = await host.invokeWithResponseStream(request({ gate: gate.url }));
  // As the gateway does: with the reason.
  body.destroy(new Error("the caller is gone"));
  await gate.reached();
  gate.letThrough();
  await reported(hosted, 1);
  t.is((await stream({ count: true })).body.toString(), "1");
  t.is((await host.environments(arn))[0]?.invocations, 2);
  t.deepEqual(log.entries, []);
});

test("closing ends busy and idle environments and waits for them", async (t) => {
  const { host, arn, request, stream, log } = await hostFunction(t, waitsAtTheGate);
  const gates = [await openGate(t), await openGate(t)];
  const idle = stream({ gate: gates[0]?.url });
  const busy = host.invoke(request({ gate: gates[1]?.url }));
  await gates[1]?.reached();
  gates[0]?.letThrough();
  await idle;
  const pids = (await host.environments(arn)).map(({ pid }) => pid);
  t.is(pids.length, 2);
  const refused = t.throwsAsync(busy);
  await host.close();
  await refused;
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  t.deepEqual(log.entries, []);
});

test("an environment whose host dies ends by itself", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const script = join(import.meta.dirname, "../../helpers/host-to-kill.ts");
  const workFolder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(workFolder, { recursive: true }));
  const host = spawn(process.execPath, [...process.execArgv, script, String(port), workFolder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => host.kill("SIGKILL"));
  // The function connects while it loads; the connection closes with its process.
  const [connection] = (await once(server, "connection")) as [Socket];
  const gone = once(connection.resume(), "close");
  await once(host.stdout, "data");
  host.kill("SIGKILL");
  await gone;
  t.pass();
});

test.serial("twenty invocations side by side answer each its own caller", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`for (let i = 0; i < 10; i++) stream.write(event.word.repeat(1000)); stream.end();`),
    { inputs: { timeout: 60 } },
  );
  const words = Array.from({ length: 20 }, (_, index) => `<${index}>`);
  const bodies = await Promise.all(
    words.map(async (word) => buffer((await host.invokeWithResponseStream(request({ word }))).body)),
  );
  t.deepEqual(
    bodies.map(String),
    words.map((word) => word.repeat(10_000)),
  );
});
