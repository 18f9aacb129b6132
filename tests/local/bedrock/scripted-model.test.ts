import type { ConverseStreamCommandInput } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import fc from "fast-check";
import { scriptReply, type StopReason } from "../../../local/bedrock/scripted-model.ts";
import { tokenize } from "../../../local/bedrock/tokens.ts";
import { ask, readAnswer, runBedrock } from "../../helpers/running-bedrock.ts";

const graphemes = fc.string({ unit: "grapheme", maxLength: 200 });

test("tokens are the text again, and no token ends inside a character", (t) => {
  fc.assert(
    fc.property(graphemes, (text) => {
      const tokens = tokenize(text);
      t.is(tokens.join(""), text);
      t.true(tokens.every((token) => Buffer.from(token).toString() === token));
    }),
  );
  t.deepEqual(tokenize("Hello world, 日本語です。"), ["Hello", " world", ",", " 日本語です", "。"]);
});

test("a reply never has more than the tokens asked for, nor a stop sequence", (t) => {
  fc.assert(
    fc.property(
      graphemes,
      fc.nat(20),
      fc.array(fc.string({ minLength: 1, maxLength: 2 })),
      (text, more, stops) => {
        const maxTokens = more + 1;
        const request = {
          conversation: { system: "", turns: [] },
          inputTokens: 0,
          maxTokens,
          stopSequences: stops,
        };
        const { tokens, stopReason } = scriptReply(request, () => text);
        const reply = tokens.join("");
        t.true(text.startsWith(reply));
        t.true(tokens.length <= maxTokens);
        t.false(stops.some((stop) => reply.includes(stop)));
        t.is(stopReason === "end_turn", reply === text && !stops.some((stop) => text.includes(stop)));
      },
    ),
  );
});

const abc = { reply: () => " a b c d e f" };
const ends: [string, ConverseStreamCommandInput["inferenceConfig"], string, StopReason][] = [
  ["without limits", undefined, " a b c d e f", "end_turn"],
  ["with as many tokens as allowed", { maxTokens: 6 }, " a b c d e f", "end_turn"],
  ["with more tokens than allowed", { maxTokens: 5 }, " a b c d e", "max_tokens"],
  ["at a stop sequence", { stopSequences: ["x", "d e", "e"] }, " a b c ", "stop_sequence"],
  ["at the limit before a stop sequence", { maxTokens: 2, stopSequences: ["d"] }, " a b", "max_tokens"],
];

for (const [when, inferenceConfig, expected, stopReason] of ends) {
  test(`a reply ${when} stops with ${stopReason}`, async (t) => {
    const { connect } = await runBedrock(t, { model: abc });
    const { text, events } = await readAnswer(connect(), ask("Hello", { inferenceConfig }));
    t.is(text, expected);
    t.is(events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason, stopReason);
    t.is(events.at(-1)?.metadata?.usage?.outputTokens, tokenize(expected).length);
  });
}

test("the model sees instructions and every turn, and the same conversation gets the same answer", async (t) => {
  const { connect } = await runBedrock(t);
  const client = connect();
  const command = ask("ignored", {
    system: [{ text: "Be brief." }, { cachePoint: { type: "default" } }],
    messages: [
      { role: "user", content: [{ text: "First?" }] },
      { role: "assistant", content: [{ text: "One." }] },
      { role: "user", content: [{ text: "Second?" }, { guardContent: { text: { text: "and this" } } }] },
    ],
  });
  const { text } = await readAnswer(client, command);
  t.regex(text, /You asked: “Second\?\nand this” That is question 2/);
  t.regex(text, /My instructions begin: “Be brief\.\n?”/);
  t.is((await readAnswer(client, command)).text, text);
});

test("tokens come at the pace that is set", async (t) => {
  const { connect } = await runBedrock(t, {
    model: { ...abc, firstTokenMilliseconds: 200, tokensPerSecond: 50 },
  });
  const at: number[] = [];
  const startedAt = performance.now();
  const { events } = await readAnswer(connect(), ask("Hello"), {
    onEvent: () => at.push(performance.now() - startedAt),
  });
  // All from the start on: a slow machine can then only add time.
  const [, firstDelta = 0] = at;
  const lastDelta = at[6] ?? 0;
  t.true(firstDelta >= 195, `${firstDelta}`);
  t.true(lastDelta >= 295, `${lastDelta}`);
  t.true((events.at(-1)?.metadata?.metrics?.latencyMs ?? 0) >= 295);
});
