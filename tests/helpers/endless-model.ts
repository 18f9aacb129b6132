import { EVENT_STREAM, eventFrame } from "../../local/bedrock/frames.ts";
import type { Responder } from "../../local/bedrock/responder.ts";

/** Bytes of text in each frame. */
export const ENDLESS_FRAME_BYTES = 32 * 1024;

/** Sends large frames for as long as they are taken. */
export const endlessModel: Responder = async ({ answer, record }) => {
  answer.begin(200, { "content-type": EVENT_STREAM });
  const text = "x".repeat(ENDLESS_FRAME_BYTES);
  const frame = eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } });
  for (;;) {
    await answer.write(frame);
    record.framesSent += 1;
  }
};
