import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

/** A frame with string headers, as Bedrock writes them. */
export function rawFrame(headers: Readonly<Record<string, string>>, body: string): Buffer {
  const typed = Object.entries(headers).map(([name, value]) => [
    `:${name}`,
    { type: "string" as const, value },
  ]);
  const message = {
    headers: Object.fromEntries(typed) as Parameters<typeof codec.encode>[0]["headers"],
    body: Buffer.from(body),
  };
  return Buffer.from(codec.encode(message));
}

/** One event of an answer, such as `messageStart`. */
export function eventFrame(type: string, body: object): Buffer {
  return rawFrame(
    { "message-type": "event", "event-type": type, "content-type": "application/json" },
    JSON.stringify(body),
  );
}

/** @param type As on the wire, such as `throttlingException`. */
export function exceptionFrame(type: string, message: string): Buffer {
  return rawFrame({ "message-type": "exception", "exception-type": type }, JSON.stringify({ message }));
}

export const messageStart = eventFrame("messageStart", { role: "assistant" });

/** @param delta Text, or any other member of `ContentBlockDelta`. */
export function deltaFrame(delta: string | object): Buffer {
  return eventFrame("contentBlockDelta", {
    contentBlockIndex: 0,
    delta: typeof delta === "string" ? { text: delta } : delta,
  });
}

export function messageStop(stopReason = "end_turn"): Buffer {
  return eventFrame("messageStop", { stopReason });
}

export const USAGE = { inputTokens: 7, outputTokens: 5, totalTokens: 12 };

export const metadata = eventFrame("metadata", { usage: USAGE, metrics: { latencyMs: 1 } });

/** All frames of an answer, in the order in which Bedrock sends them. */
export function answerFrames(...deltas: (string | object)[]): Buffer[] {
  const contentBlockStop = eventFrame("contentBlockStop", { contentBlockIndex: 0 });
  return [messageStart, ...deltas.map(deltaFrame), contentBlockStop, messageStop(), metadata];
}

/** The same frame with one bit of its body wrong, so that its checksum does not hold. */
export function damaged(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  const at = copy.length - 6;
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
