import { parseConverseRequest } from "./converse-request.ts";
import { EVENT_STREAM } from "./frames.ts";
import { streamFrames, wholeAnswer } from "./generation.ts";
import { requestId, type Responder } from "./responder.ts";
import type { ScriptedModelOptions } from "./scripted-model.ts";

/** Answers from a script, with whatever faults are ordered. */
export function scriptedResponder(options: ScriptedModelOptions = {}): Responder {
  return async ({ target, body, model, answer, record, faults }) => {
    const request = parseConverseRequest(body, model.require(), options.contextTokens);
    if (target.operation === "Converse") {
      const whole = await wholeAnswer(request, options, answer.closed);
      answer.begin(200, { "content-type": "application/json", ...requestId() });
      answer.end(JSON.stringify(whole));
      return;
    }
    answer.begin(200, { "content-type": EVENT_STREAM, ...requestId() });
    const frames = streamFrames(request, options, answer.closed);
    const fault = faults.takeFrameFault(target.modelId);
    for await (const frame of fault === undefined ? frames : fault(frames, answer)) {
      await answer.write(frame);
      record.framesSent += 1;
    }
    answer.end();
  };
}
