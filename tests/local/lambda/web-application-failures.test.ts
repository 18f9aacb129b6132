import type { ExecutionContext } from "ava";
import { awsLimitValues } from "../../../contract/limits.ts";
import { openGate } from "../../helpers/gate.ts";
import { throwsFunctionError } from "../../helpers/lambda-host.ts";
import { query, restEvent } from "../../helpers/rest-event.ts";
import {
  hostWebApplication,
  type WebApplication,
  webApplicationTest as test,
} from "../../helpers/web-application.ts";
import { reported } from "../../helpers/reported.ts";

async function processesOf({ host, arn }: WebApplication): Promise<number[]> {
  return (await host.environments(arn)).flatMap(({ pid, extensionPids }) => [pid, ...extensionPids]);
}

function areGone(t: ExecutionContext, pids: readonly number[]): void {
  t.is(pids.length, 2);
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: "ESRCH" });
}

test("a timeout ends server and adapter", async (t) => {
  const application = await hostWebApplication(t, { inputs: { timeout: 10 } });
  const gate = await openGate(t);
  const invocation = throwsFunctionError(
    t,
    application.send("/pid", query({ gate: gate.url })),
    "Sandbox.Timedout",
  );
  await gate.reached();
  const pids = await processesOf(application);
  await invocation;
  areGone(t, pids);
});

test("the memory of server and adapter counts together", async (t) => {
  const application = await hostWebApplication(t, { inputs: { memorySize: 128 } });
  await application.send("/");
  await reported(application, 1);
  const pids = await processesOf(application);
  const message = await throwsFunctionError(t, application.send("/memory"), "Runtime.OutOfMemory");
  t.regex(message, /signal: killed$/);
  areGone(t, pids);
});

test("a server that exits is a runtime that exits, and its adapter goes with it", async (t) => {
  const application = await hostWebApplication(t);
  await application.send("/");
  const [server = 0, ...adapter] = await processesOf(application);
  const error = application.nextError();
  process.kill(server, "SIGKILL");
  t.regex(await error, /^probe: Runtime\.ExitError /);
  areGone(t, [server, ...adapter]);
  t.is((await application.send("/")).payload, "ready");
});

test("an adapter that ends is an extension that crashed, and its server goes with it", async (t) => {
  const application = await hostWebApplication(t);
  const gate = await openGate(t);
  const invocation = throwsFunctionError(
    t,
    application.send("/pid", query({ gate: gate.url })),
    "Extension.Crash",
  );
  await gate.reached();
  const pids = await processesOf(application);
  process.kill(pids[1] ?? 0, "SIGKILL");
  t.regex(await invocation, /^RequestId: [\w-]+ Error: signal: killed$/);
  areGone(t, pids);
});

test("a server that exits at its start is told", async (t) => {
  const { send } = await hostWebApplication(t, { variables: { AT_START: "raise SystemExit(7)" } });
  t.regex(await throwsFunctionError(t, send("/"), "Runtime.ExitError"), /exit status 7$/);
});

test("a server that is never ready runs out of time", async (t) => {
  const { send } = await hostWebApplication(t, {
    variables: { AT_START: "time.sleep(3600)" },
    inputs: { timeout: 1 },
    limits: { ...awsLimitValues, lambdaInitMilliseconds: 300 },
  });
  await throwsFunctionError(t, send("/"), "Sandbox.Timedout");
});

test("a startup script that is not executable does not run, as on AWS", async (t) => {
  const { send } = await hostWebApplication(t, { scriptMode: 0o644 });
  t.regex(await throwsFunctionError(t, send("/"), "Runtime.ExitError"), /exit status 126$/);
});

test("a server is told before its environment ends", async (t) => {
  const gate = await openGate(t);
  const application = await hostWebApplication(t, { variables: { GATE: gate.url } });
  await application.send("/");
  const pids = await processesOf(application);
  const closed = application.host.close();
  t.is(await gate.reached(), "/terminated");
  gate.letThrough();
  await closed;
  areGone(t, pids);
});

test("a server that does not end when told is ended", async (t) => {
  const gate = await openGate(t);
  const application = await hostWebApplication(t, { variables: { GATE: gate.url } });
  await application.send("/");
  const pids = await processesOf(application);
  await application.host.close();
  t.is(await gate.reached(), "/terminated");
  areGone(t, pids);
});

test("a busy server ends with its host", async (t) => {
  const application = await hostWebApplication(t);
  const { host, request } = application;
  const gate = await openGate(t);
  const event = restEvent("/pid", query({ gate: gate.url }));
  const refused = t.throwsAsync(host.invokeWithResponseStream(request(event)));
  await gate.reached();
  const pids = await processesOf(application);
  await host.close();
  await refused;
  areGone(t, pids);
  t.deepEqual(application.log.entries, []);
});
