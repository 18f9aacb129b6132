import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import { tokenize } from "../../../local/bedrock/tokens.ts";
import { ask, NOVA, readAnswer, runBedrock, transports } from "../../helpers/running-bedrock.ts";
import { until } from "../../helpers/until.ts";

for (const transport of transports) {
  test(`the SDK reads a whole answer over ${transport}`, async (t) => {
    const bedrock = await runBedrock(t);
    const { events, text, error } = await readAnswer(bedrock.connect(transport), ask("Grüße, wer bist du?"));
    t.is(error, undefined);
    t.true(text.startsWith("You asked: “Grüße, wer bist du?”"));
    t.true(text.includes("👩🏽‍💻"));
    const kinds = events.map((event) => Object.keys(event)[0]);
    t.deepEqual(
      [...new Set(kinds)],
      ["messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"],
    );
    const outputTokens = kinds.filter((kind) => kind === "contentBlockDelta").length;
    t.is(outputTokens, tokenize(text).length);
    const inputTokens = tokenize("Grüße, wer bist du?").length;
    t.like(events.at(-2), { messageStop: { stopReason: "end_turn" } });
    t.like(events.at(-1)?.metadata?.usage, {
      inputTokens,
      outputTokens,
      totalTokens: inputTokens + outputTokens,
    });
    t.is(typeof events.at(-1)?.metadata?.metrics?.latencyMs, "number");
    await until(() => bedrock.requests[0]?.status === 200);
    t.like(bedrock.requests[0], {
      operation: "ConverseStream",
      modelId: NOVA,
      principal: "developer",
      framesSent: events.length,
      aborted: false,
    });
  });

  test(`Converse answers at once what ConverseStream streams, over ${transport}`, async (t) => {
    const bedrock = await runBedrock(t);
    const client = bedrock.connect(transport);
    const { text } = await readAnswer(client, ask("こんにちは"));
    const whole = await client.send(
      new ConverseCommand({ modelId: NOVA, messages: [{ role: "user", content: [{ text: "こんにちは" }] }] }),
    );
    t.true(text.startsWith("「こんにちは」というご質問ですね。"));
    t.is(whole.output?.message?.content?.[0]?.text, text);
    t.is(whole.stopReason, "end_turn");
    t.is(whole.usage?.outputTokens, tokenize(text).length);
    t.like(bedrock.requests[1], { operation: "Converse", status: 200 });
  });
}
