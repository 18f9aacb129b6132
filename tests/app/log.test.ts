import test from "ava";
import { readChat } from "../helpers/chat-client.ts";
import { postStream, runChatService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

test("a chat leaves one line, with what it cost and took", async (t) => {
  const service = await runChatService(t, { model: { reply: () => "one two" } });
  const response = await postStream(service, undefined, {
    "x-amzn-trace-id": "Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678",
  });
  const answer = await response.text();
  const line = await until(() => service.log[0]);
  const { durationMilliseconds, firstByteMilliseconds, timeToFirstTokenMilliseconds, ...rest } = line;
  const { inputTokens } = rest;
  t.deepEqual(rest, {
    traceId: "1-67891233-abcdef012345678912345678",
    method: "POST",
    route: "/stream",
    status: 200,
    outcome: "handed_over",
    bytesHandedOver: Buffer.byteLength(answer),
    stopReason: "end_turn",
    inputTokens,
    outputTokens: 2,
    totalTokens: Number(inputTokens) + 2,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
  });
  t.true(Number(firstByteMilliseconds) <= Number(durationMilliseconds));
  t.true(Number(timeToFirstTokenMilliseconds) <= Number(durationMilliseconds));
  t.is(service.log.length, 1);
});

test("the log holds nothing of what was asked, answered or sent along", async (t) => {
  const service = await runChatService(t, { model: { reply: () => "canary canary" } });
  const headers = { "x-api-key": "canary", authorization: "canary", "x-amzn-trace-id": "Root=canary" };
  const question = { message: "canary", system: "canary", stopSequences: ["canary-stop"] };
  await readChat(await postStream(service, question, headers));
  service.bedrock.faults.exceptionAfter(3, "modelStreamErrorException");
  await readChat(await postStream(service, question, headers));
  service.bedrock.faults.refuse("ValidationException");
  await postStream(service, question, headers);
  await postStream(service, '{"canary":1}', headers);
  await postStream(service, "canary", headers);
  await fetch(`${service.url}/canary?canary=1`, { headers });
  await fetch(`${service.url}/download/canary`, { headers });
  await until(() => service.log.length === 7);
  t.false(JSON.stringify([service.log, service.metrics]).includes("canary"));
});
