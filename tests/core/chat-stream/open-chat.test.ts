import test from "ava";
import { readEvents, scriptChat } from "../../helpers/open-scripted-chat.ts";
import { answerFrames, USAGE } from "../../helpers/bedrock-frames.ts";
import type { ScriptedResponse } from "../../helpers/scripted-bedrock.ts";

const whole = async ({ send, end }: ScriptedResponse) => {
  await send(...answerFrames("Be", "cause."));
  end();
};

test("an answer is its texts and then done, with what it took", async (t) => {
  const { open, requests } = await scriptChat(t, whole);
  const answer = await open();
  const events = await readEvents(answer);
  const done = events.pop();
  t.deepEqual(events, [
    { type: "text", text: "Be" },
    { type: "text", text: "cause." },
  ]);
  t.like(done, { type: "done", stopReason: "end_turn", usage: USAGE });
  t.is(answer.failure, undefined);
  t.is(requests[0]?.path, "/model/model%3A0/converse-stream");
});
