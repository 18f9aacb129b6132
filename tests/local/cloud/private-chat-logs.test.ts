import test from "ava";
import { chatMetrics } from "../../../contract/chat-metrics.ts";
import {
  callChatApi,
  openStream,
  postStream,
  startChatCloud,
  type ChatCloud,
} from "../../helpers/chat-cloud.ts";
import { publishedMetrics } from "../../helpers/embedded-metric-format.ts";
import { logLines } from "../../helpers/log-lines.ts";
import { until } from "../../helpers/until.ts";

/** The lines of requests that the containers have logged. */
function requestLines(cloud: ChatCloud): Record<string, unknown>[] {
  return logLines(cloud, /^chat-(?!access|execution)/)
    .filter((line) => line.includes('"route"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("no log holds a prompt, an answer, a key, a secret or an object's name, whatever goes wrong", async (t) => {
  const cloud = await startChatCloud(t, {
    model: { firstTokenMilliseconds: 0, tokensPerSecond: 0, reply: () => "canary-answer ".repeat(20) },
  });
  cloud.expectError(/^elb: .*the target broke off/);
  cloud.expectError(/^gateway: .*broken off after \d+ bytes/);
  const { faults } = cloud.bedrock;
  const body = { message: "canary-prompt", system: "canary-system" };
  const name = "canary-object-name.bin";
  await cloud.putObject(name, Buffer.alloc(1024 * 1024));

  await (await postStream(cloud, body)).text();
  await (await postStream(cloud, { ...body, canaryField: "canary-value" })).text();
  await (await postStream(cloud, body, { "x-api-key": "canary-wrong-key" })).text();
  faults.refuse("ValidationException");
  await (await postStream(cloud, body)).text();
  faults.exceptionAfter(5, "modelStreamErrorException");
  await (await postStream(cloud, body)).text();
  const stall = faults.stallAfter(5);
  const leaving = openStream(t, cloud, body);
  await stall.reached;
  leaving.leave();
  await (await callChatApi(cloud, `/download/${name}?filename=canary-file-name`)).arrayBuffer();
  await (await callChatApi(cloud, `/download/${name}.missing`)).text();
  await (await callChatApi(cloud, "/canary-path")).text();
  cloud.s3.faults.truncateAfter(100_000);
  cloud.s3.faults.truncateAfter(0, { times: 10 });
  await t.throwsAsync(async () => (await callChatApi(cloud, `/download/${name}`)).arrayBuffer());

  // All but the request with the wrong key have reached a container.
  await until(() => requestLines(cloud).length === 9);
  const everything = [
    ...logLines(cloud),
    ...cloud.log.entries.map(({ source, message }) => `${source}: ${message}`),
  ].join("\n");
  const { apiKey, local } = cloud.outputs;
  for (const canary of [apiKey, local.credentials.secretAccessKey, "canary"]) {
    t.false(everything.includes(canary), canary);
  }
});

test("with logKeys the containers' log names the object", async (t) => {
  const cloud = await startChatCloud(t, { config: ["logKeys=true", "chatMinTasks=1"] });
  await cloud.putObject("named-object.txt", "content");
  await (await callChatApi(cloud, "/download/named-object.txt")).text();
  t.truthy(
    await until(() => requestLines(cloud).find((line) => JSON.stringify(line).includes("named-object.txt"))),
  );
});

test("a request is one line of the access log, by its route, and one of a container's, with one trace", async (t) => {
  const cloud = await startChatCloud(t, { config: ["chatMinTasks=1"] });
  await (await postStream(cloud)).text();
  const access = await until(() => logLines(cloud, /^chat-access/)[0]);
  t.like(JSON.parse(access), { resourcePath: "/{proxy+}", status: "200", responseTransferMode: "STREAMED" });
  const [line] = await until(() => {
    const lines = requestLines(cloud);
    return lines.length === 1 && lines;
  });
  t.like(line, { method: "POST", route: "/stream", status: 200, outcome: "handed_over" });
  t.regex(String(line?.["traceId"]), /^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

test("the metrics the service scales on are in the log, idle or not", async (t) => {
  const cloud = await startChatCloud(t);
  await (await postStream(cloud)).text();
  const metrics = () =>
    logLines(cloud, /^chat-/)
      .filter((line) => line.includes('"_aws"'))
      .flatMap((line) => publishedMetrics(JSON.parse(line) as Record<string, unknown>));
  const { namespace, dimension, names } = chatMetrics;
  const seriesOf = (name: string) => `${namespace} ${name} {${dimension}=streamgate-dev-chat}`;
  const valuesOf = (name: string) =>
    metrics()
      .filter(({ series }) => series === seriesOf(name))
      .map(({ value }) => value);
  // Each task publishes the number of its streams as it starts, and again every half minute.
  await until(() => valuesOf(names.errors).length === 1 && valuesOf(names.concurrentStreams).length >= 2);
  t.deepEqual(
    [...new Set(metrics().map(({ series }) => series))].sort(),
    Object.values(names).map(seriesOf).sort(),
  );
  // Before the chat; half a minute later it may just be under way.
  t.is(valuesOf(names.concurrentStreams)[0], 0);
  t.deepEqual(valuesOf(names.errors), [0]);
  t.is(valuesOf(names.timeToFirstToken).length, 1);
});
