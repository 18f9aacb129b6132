import type { ExecutionContext, TestFn } from "ava";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import {
  shareCloud,
  startTestCloud,
  type TestCloud,
  type TestCloudOptions,
  type TestOutputs,
} from "./local-cloud.ts";
import {
  type OpenChat,
  openStream as openToService,
  postStream as postToService,
} from "./running-service.ts";

/** A local cloud with the private chat API. */
export interface ChatCloud extends TestCloud {
  readonly outputs: TestOutputs & { readonly chatApi: ApiOutput };
}

/** A model that does not make tests wait. */
export const atOnce = { firstTokenMilliseconds: 0, tokensPerSecond: 0 };

/** The private chat API for one test: gateway, VPC link, load balancer, tasks, Bedrock and S3. */
export async function startChatCloud(
  t: Parameters<typeof startTestCloud>[0],
  options: TestCloudOptions = {},
): Promise<ChatCloud> {
  return (await startTestCloud(t, { chat: true, model: atOnce, ...options })) as ChatCloud;
}

/**
 * The private chat API for all tests of a file, as it takes seconds to start. Tests that order faults or count requests
 * have to be serial.
 *
 * @returns The cloud, once the tests run.
 */
export function shareChatCloud(test: TestFn, options: TestCloudOptions = {}): () => ChatCloud {
  return shareCloud(test, (t) => startChatCloud(t, options));
}

/** A request to the chat API with the API key. */
export function callChatApi(
  { outputs }: Pick<ChatCloud, "outputs">,
  path: string,
  { headers, ...init }: RequestInit & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(`${outputs.chatApi.url}${path}`, { ...init, headers: { ...keyOf(outputs), ...headers } });
}

/** A chat with the API key. */
export function postStream(
  { outputs }: Pick<ChatCloud, "outputs">,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return postToService(outputs.chatApi, body, { ...keyOf(outputs), ...headers });
}

/** A chat with the API key, on a connection of its own, to be read, or left, as the test likes. */
export function openStream(
  t: ExecutionContext,
  { outputs }: Pick<ChatCloud, "outputs">,
  body?: unknown,
): OpenChat {
  return openToService(t, outputs.chatApi, body, keyOf(outputs));
}

function keyOf({ apiKey }: Pick<TestOutputs, "apiKey">): Readonly<Record<string, string>> {
  return { "x-api-key": apiKey };
}
