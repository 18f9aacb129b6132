import test from "ava";
import { startTestCloud } from "../../helpers/local-cloud.ts";
import { logLines } from "../../helpers/log-lines.ts";
import { until } from "../../helpers/until.ts";

test("no log holds a key, a secret or an object's name", async (t) => {
  const cloud = await startTestCloud(t);
  cloud.expectError(/^lambda: /);
  cloud.expectError(/^gateway: /);
  const name = "canary-object-name.txt";
  await cloud.putObject(name, "content");
  await (await cloud.download(name)).text();
  await (await cloud.download(`${name}.missing`)).text();
  await (await cloud.download(name, { headers: { "x-api-key": "canary-wrong-key" } })).text();
  cloud.s3.faults.truncateAfter(1, { key: name });
  cloud.s3.faults.truncateAfter(0, { key: name, times: 10 });
  await t.throwsAsync(async () => (await cloud.download(name)).text());

  // The last line is the report of the invocation that was broken off.
  await until(() => logLines(cloud).filter((line) => line.includes("REPORT")).length === 3);
  const lines = logLines(cloud);
  const everything = [...lines, ...cloud.log.entries.map(({ message }) => message)].join("\n");
  const { apiKey, local } = cloud.outputs;
  for (const canary of [
    apiKey,
    "canary-wrong-key",
    local.credentials.secretAccessKey,
    "canary-object-name",
  ]) {
    t.false(everything.includes(canary), canary);
  }
});

test("with logKeys the function's log names the object", async (t) => {
  const cloud = await startTestCloud(t, { config: ["logKeys=true"] });
  await cloud.putObject("named-object.txt", "content");
  await (await cloud.download("named-object.txt")).text();
  t.truthy(await until(() => logLines(cloud).find((line) => line.includes("named-object.txt"))));
});

test("that a reader has left stands in the access log, and no log says that it read everything", async (t) => {
  const cloud = await startTestCloud(t, { enforceCaps: true });
  const bytes = Buffer.alloc(6 * 1024 * 1024);
  await cloud.putObject("left.bin", bytes);
  const leave = new AbortController();
  const response = await cloud.download("left.bin", { signal: leave.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  leave.abort();
  const access = JSON.parse(await until(() => logLines(cloud, /^downloads-access/)[0])) as Record<
    string,
    string
  >;
  t.true(Number(access.responseLength) < bytes.length, access.responseLength);
  const line = await until(() =>
    logLines(cloud).find(
      (one) => one.includes(`"requestId":"${access.requestId}"`) && one.includes(`"outcome"`),
    ),
  );
  const { outcome } = JSON.parse(line) as { outcome: string };
  t.true(["handed_over", "abandoned"].includes(outcome), outcome);
});

test("an access log line has the streaming times and the route, not the path", async (t) => {
  const cloud = await startTestCloud(t);
  await cloud.putObject("logged.txt", "content");
  await (await cloud.download("logged.txt")).text();
  const line = await until(() => logLines(cloud, /^downloads-access/)[0]);
  const entry = JSON.parse(line) as Record<string, string>;
  t.is(entry.resourcePath, "/download/{key+}");
  t.is(entry.status, "200");
  t.is(entry.responseTransferMode, "STREAMED");
  t.regex(entry.timeToFirstContent ?? "", /^\d+$/);
  t.regex(entry.timeToAllHeaders ?? "", /^\d+$/);
});
