import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

import { converseMarshaller } from "./converse-reader.ts";

/** How much one process asks of Bedrock at once. */
export interface BedrockClientOptions {
  /** Answers streamed at the same time. Each holds a connection; one more than this would wait for one. */
  readonly maxStreams: number;
}

const CONNECTION_TIMEOUT_MILLISECONDS = 3_000;

/** Throttled and unavailable models are tried again within about two seconds; nothing that has begun is. */
const MAX_ATTEMPTS = 3;

/**
 * A Bedrock client set up for streaming; region and credentials come from the environment.
 *
 * It speaks HTTP/1.1: over HTTP/2, the SDK's default, it takes a broken connection for the end of an answer. There
 * is no request timeout either, as the SDK would try again, and the model would be paid for twice; `openChat`
 * watches over silence instead. See docs/decisions/0005-bedrock-over-http-1.md.
 */
export function createBedrockClient(
  { maxStreams }: BedrockClientOptions,
  overrides: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    eventStreamSerdeProvider: () => converseMarshaller,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
      httpAgent: { maxSockets: maxStreams },
      httpsAgent: { maxSockets: maxStreams },
    }),
    ...overrides,
  });
}
