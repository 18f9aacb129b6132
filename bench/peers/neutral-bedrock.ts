import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { eventFrame, EVENT_STREAM } from "../../local/bedrock/frames.ts";

/*
 * A process that answers ConverseStream for any model, without checking who asks. Each token is the time at which it is
 * sent, by the system's monotonic clock, which is the same in every process. Its parent says what answers are like.
 */

/** An answer's length and pace. */
export interface AnswerShape {
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

let shape: AnswerShape = { tokens: 0, tokensPerSecond: 1 };
process.on("message", (message) => {
  shape = message as AnswerShape;
  process.send?.({ isSet: true });
});
process.on("disconnect", () => process.exit());

const server = createServer({ noDelay: true, requestTimeout: 0 }, (request, response) => {
  request.resume();
  response.on("error", () => undefined);
  request.on("end", () => void answer(response, shape));
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

async function answer(response: ServerResponse, { tokens, tokensPerSecond }: AnswerShape): Promise<void> {
  const send = (eventType: string, payload: object) => response.write(eventFrame(eventType, payload));
  response.writeHead(200, { "content-type": EVENT_STREAM, "x-amzn-requestid": randomUUID() });
  send("messageStart", { role: "assistant" });
  const tokenMilliseconds = 1000 / tokensPerSecond;
  // Spreads the tokens of answers that were opened together, as those of independent callers are.
  const startedAt = performance.now() + Math.random() * tokenMilliseconds;
  for (let token = 0; token < tokens && !response.destroyed; token++) {
    const wait = startedAt + token * tokenMilliseconds - performance.now();
    if (wait > 0) await sleep(wait);
    send("contentBlockDelta", { contentBlockIndex: 0, delta: { text: `${process.hrtime.bigint()} ` } });
  }
  send("contentBlockStop", { contentBlockIndex: 0 });
  send("messageStop", { stopReason: "end_turn" });
  const usage = { inputTokens: 5, outputTokens: tokens, totalTokens: tokens + 5 };
  send("metadata", { usage, metrics: { latencyMs: 42 } });
  response.end();
}
