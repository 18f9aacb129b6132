import {
  BedrockRuntimeServiceException,
  ConverseStreamCommand,
  type BedrockRuntimeClient,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { Refusal } from "../refusal.ts";

/** What ends a stream before its own end. */
export interface StreamLimits {
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Ends the stream when aborted, and is aborted in any case when the stream is over. */
  readonly stop: AbortController;
  /** How long the model may send nothing. A slow reader's time does not count. */
  readonly silenceMilliseconds: number;
}

/**
 * Asks the model and yields what it sends. The SDK lets an aborted stream end as if it were whole, and leaves one
 * open that is not read to its end; here the first throws, and the second is aborted.
 *
 * @throws The signal's reason once it is aborted; Refusal `upstream_timeout` when the model is silent for too long;
 * whatever the SDK throws.
 */
export async function* modelStream(
  client: BedrockRuntimeClient,
  input: ConverseStreamCommandInput,
  { signal, stop, silenceMilliseconds }: StreamLimits,
): AsyncGenerator<ConverseStreamOutput> {
  const ended = AbortSignal.any([signal, stop.signal]);
  const watch = () => setTimeout(() => stop.abort(silenceRefusal()), silenceMilliseconds);
  let timer = watch();
  let requestId: string | undefined;
  try {
    const command = new ConverseStreamCommand(input);
    const { stream = [], $metadata } = await client.send(command, { abortSignal: ended });
    requestId = $metadata.requestId;
    for await (const output of stream) {
      clearTimeout(timer);
      yield output;
      timer = watch();
    }
    ended.throwIfAborted();
  } catch (error) {
    ended.throwIfAborted();
    throw withRequestId(error, requestId);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

/** Exceptions in a stream do not know the request they belong to. */
function withRequestId(error: unknown, requestId: string | undefined): unknown {
  if (error instanceof BedrockRuntimeServiceException && requestId !== undefined) {
    error.$metadata = { ...error.$metadata, requestId };
  }
  return error;
}

function silenceRefusal(): Refusal {
  return new Refusal("upstream_timeout", "The model has sent nothing for too long.");
}
