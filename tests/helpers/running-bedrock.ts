import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  BedrockRuntimeServiceException,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { ExecutionContext } from "ava";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { type RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import type { Credentials } from "../../local/iam/caller.ts";
import { CredentialStore } from "../../local/iam/credential-store.ts";
import { type BedrockOptions, type LocalBedrock, startBedrock } from "../../local/bedrock/bedrock-service.ts";
import { expectNoOtherErrors } from "./logged-errors.ts";
import { recordedResource } from "./recorded-resource.ts";

export const REGION = "eu-central-1";
export const ACCOUNT_ID = "123456789012";
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/chatter`;
export const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
export const NOVA = "amazon.nova-lite-v1:0";

/** Both versions of HTTP that the SDK can speak; 2 is its default. */
export const transports = ["HTTP/2", "HTTP/1.1"] as const;
export type Transport = (typeof transports)[number];

/** A local Bedrock without pauses. */
export interface RunningBedrock extends LocalBedrock {
  readonly developer: Credentials;
  /** Signs as the developer, or as the role `ROLE_ARN`. */
  readonly connect: (transport?: Transport, as?: "developer" | "role") => BedrockRuntimeClient;
  /** The messages logged since the last call. One that the test has not asked for fails it. */
  readonly takeErrors: () => string[];
}

export async function runBedrock(
  t: ExecutionContext,
  {
    resources = [],
    ...options
  }: Partial<Pick<BedrockOptions, "model" | "respond">> & { resources?: RecordedResource[] } = {},
): Promise<RunningBedrock> {
  const credentials = new CredentialStore();
  const log = new CloudLog();
  const bedrock = await startBedrock({
    graph: new ResourceGraph(resources),
    credentials,
    region: REGION,
    accountId: ACCOUNT_ID,
    log,
    ...options,
    model: { firstTokenMilliseconds: 0, tokensPerSecond: 0, ...options.model },
  });
  const takeErrors = expectNoOtherErrors(t, log, "Bedrock");
  // Teardowns run in reverse: what is still being answered may log until the service is closed.
  t.teardown(() => bedrock.close());

  const identities = {
    developer: credentials.issue({ kind: "developer" }),
    role: credentials.issue({ kind: "role", roleArn: ROLE_ARN }),
  };
  return {
    ...bedrock,
    developer: identities.developer,
    connect: (transport = "HTTP/2", as = "developer") =>
      connect(t, { endpoint: bedrock.endpoint, credentials: identities[as] }, transport),
    takeErrors,
  };
}

/** The unmodified SDK, but for retries: each test sees what one request does. */
export function connect(
  t: ExecutionContext,
  options: BedrockRuntimeClientConfig,
  transport: Transport = "HTTP/2",
): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    region: REGION,
    maxAttempts: 1,
    ...(transport === "HTTP/1.1" && { requestHandler: new NodeHttpHandler() }),
    ...options,
  });
  t.teardown(() => client.destroy());
  return client;
}

/** A question to a model that can be asked without further ado. */
export function ask(text: string, input: Partial<ConverseStreamCommandInput> = {}): ConverseStreamCommand {
  return new ConverseStreamCommand({
    modelId: NOVA,
    messages: [{ role: "user", content: [{ text }] }],
    ...input,
  });
}

/** What came of a streamed answer. */
export interface ReadAnswer {
  readonly events: readonly ConverseStreamOutput[];
  readonly text: string;
  /** What reading ended with, if not in good order. */
  readonly error: (Error & { code?: string }) | undefined;
}

/** Sends and reads to the end, whichever it is. The SDK waits for the first frame before `send` is done. */
export async function readAnswer(
  client: BedrockRuntimeClient,
  command: ConverseStreamCommand,
  { abortSignal, onEvent = () => {} }: { abortSignal?: AbortSignal; onEvent?: () => void } = {},
): Promise<ReadAnswer> {
  const events: ConverseStreamOutput[] = [];
  let error: ReadAnswer["error"];
  try {
    const { stream = [] } = await client.send(command, { ...(abortSignal && { abortSignal }) });
    for await (const event of stream as AsyncIterable<ConverseStreamOutput>) {
      events.push(event);
      onEvent();
    }
  } catch (thrown) {
    error = thrown as Error;
  }
  const text = events.map((event) => event.contentBlockDelta?.delta?.text ?? "").join("");
  return { events, text, error };
}

/** @returns The error Bedrock answered with. */
export async function failure(request: Promise<unknown>): Promise<BedrockRuntimeServiceException> {
  const error: unknown = await request.then(
    () => new Error("The request did not fail."),
    (reason: unknown) => reason,
  );
  if (error instanceof BedrockRuntimeServiceException) return error;
  throw error;
}

/** The role `ROLE_ARN` with one policy of these statements. */
export function roleWith(...statements: object[]): RecordedResource[] {
  return [
    recordedResource("aws:iam/role:Role", "chatter", {}, { name: "chatter-1a2b3c", arn: ROLE_ARN }),
    recordedResource("aws:iam/rolePolicy:RolePolicy", "chatter-models", {
      role: "chatter-1a2b3c",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    }),
  ];
}
