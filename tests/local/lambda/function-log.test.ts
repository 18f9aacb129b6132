import test from "ava";
import { hostFunction, streaming } from "../../helpers/lambda-host.ts";
import { reported } from "../../helpers/reported.ts";

const talks = streaming(`
  console.log("two\\nlines");
  process.stderr.write("raw");
  if (event.bad) process.exit(1);
  stream.end();`);

test("a function's lines stand between Lambda's own", async (t) => {
  const hosted = await hostFunction(t, talks, { inputs: { timeout: 60 } });
  const { host, stream, logGroups } = hosted;
  await stream();
  await reported(hosted, 1);
  await stream();
  await host.close();
  const lines = logGroups.lines("/aws/lambda/probe").map((line) =>
    line
      .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, "ID")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replaceAll(/\d+(\.\d+)?(?= (ms|MB))/g, "N"),
  );
  t.true(lines.includes("TIME\tID\tINFO\ttwo\nlines"));
  t.true(lines.some((line) => line.startsWith("raw")));
  t.deepEqual(
    lines.filter((line) => /^(START|END|REPORT)/.test(line)),
    [
      "START RequestId: ID Version: $LATEST",
      "END RequestId: ID",
      "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB\tMax Memory Used: N MB\tInit Duration: N ms\t",
      "START RequestId: ID Version: $LATEST",
      "END RequestId: ID",
      "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB\tMax Memory Used: N MB\t",
    ],
  );
});

test("a report names what went wrong, and how much was used", async (t) => {
  const { host, request, logGroups } = await hostFunction(t, talks);
  await t.throwsAsync(host.invoke(request({ bad: true })));
  await host.close();
  const report = logGroups.lines("/aws/lambda/probe").find((line) => line.startsWith("REPORT")) ?? "";
  t.regex(report, /\tStatus: error\tError Type: Runtime.ExitError\t$/);
});

test("a timeout has its line and its report", async (t) => {
  const { host, request, logGroups } = await hostFunction(t, streaming(`await new Promise(() => {});`), {
    inputs: { timeout: 1 },
  });
  await t.throwsAsync(host.invoke(request()));
  await host.close();
  const lines = logGroups.lines("/aws/lambda/probe");
  t.true(lines.some((line) => /^\S+Z [\w-]+ Task timed out after 1\.00 seconds$/.test(line)));
  t.true(lines.some((line) => /^REPORT .*\tStatus: timeout\t$/.test(line)));
});

test("a function with JSON logs has them in its own group, Lambda's among them", async (t) => {
  const { host, request, logGroups } = await hostFunction(t, talks, {
    inputs: {
      loggingConfig: {
        logFormat: "JSON",
        logGroup: "arn:aws:logs:eu-central-1:123456789012:log-group:/own/group:*",
      },
    },
  });
  await host.invoke(request());
  await host.close();
  t.deepEqual(logGroups.names, ["/own/group"]);
  const entries = logGroups
    .lines("/own/group")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type?: string; level?: string; message?: string });
  t.true(entries.some(({ level, message }) => level === "INFO" && message === "two\nlines"));
  t.deepEqual(
    entries.flatMap(({ type }) => type ?? []),
    ["platform.start", "platform.report"],
  );
});

test("a failed start is reported with its error", async (t) => {
  const { host, request, logGroups } = await hostFunction(t, `throw new RangeError("at once");`);
  await t.throwsAsync(host.invoke(request()));
  await host.close();
  const lines = logGroups.lines("/aws/lambda/probe");
  t.true(
    lines.some((line) => /^INIT_REPORT .*\tPhase: init\tStatus: error\tError Type: RangeError$/.test(line)),
  );
});
