import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

/** Media type of a stream of frames. Source: https://smithy.io/2.0/aws/amazon-eventstream.html */
export const EVENT_STREAM = "application/vnd.amazon.eventstream";

/** One event of a ConverseStream answer, such as `contentBlockDelta`, in binary form. */
export function eventFrame(eventType: string, payload: object): Uint8Array {
  return frame({ ":event-type": eventType, ":message-type": "event" }, payload);
}

/** An error after the stream has begun. */
export function exceptionFrame(exceptionType: string, payload: object): Uint8Array {
  return frame({ ":exception-type": exceptionType, ":message-type": "exception" }, payload);
}

function frame(headers: Readonly<Record<string, string>>, payload: object): Uint8Array {
  return codec.encode({
    headers: Object.fromEntries(
      Object.entries({ ...headers, ":content-type": "application/json" }).map(([name, value]) => [
        name,
        { type: "string", value },
      ]),
    ),
    body: Buffer.from(JSON.stringify(payload)),
  });
}
