import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { ExecutionContext } from "ava";
import type { Configuration } from "../../app/configuration.ts";
import { startService, type RunningService, type ServiceOptions } from "../../app/service.ts";
import { NOVA, REGION, runBedrock, type RunningBedrock } from "./running-bedrock.ts";

/** A line of the service's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The container's service in this process. */
export interface TestService extends RunningService {
  /** Format: `http://127.0.0.1:{port}`. */
  readonly url: string;
  /** The lines of requests so far. */
  readonly log: readonly LogLine[];
  /** The lines of metrics so far. */
  readonly metrics: readonly LogLine[];
}

/** Long enough for what a test does while a service ends, and over at once when nothing is left. */
const shutdownTimes = { acceptMilliseconds: 0, finishMilliseconds: 0, breakOffMilliseconds: 0 };

/** Starts the service on a free port and stops it after the test. */
export async function runService(
  t: ExecutionContext,
  {
    configuration = {},
    ...options
  }: Partial<ServiceOptions> & { readonly configuration?: Partial<Configuration> } = {},
): Promise<TestService> {
  const log: LogLine[] = [];
  const metrics: LogLine[] = [];
  const write = (text: string) => {
    const line = JSON.parse(text) as LogLine;
    ("_aws" in line ? metrics : log).push(line);
  };
  const service = await startService(
    {
      port: 0,
      host: "127.0.0.1",
      region: REGION,
      model: { modelId: NOVA, systemPrompt: "", maxTokens: 4_000 },
      store: undefined,
      streamsPerTask: 20,
      servePage: false,
      serviceName: "streamgate-test-chat",
      stage: "",
      corsOrigins: [],
      ...configuration,
    },
    { log: { write }, shutdownTimes, ...options },
  );
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= service.stop());
  t.teardown(stop);
  return { ...service, stop, url: `http://127.0.0.1:${service.port}`, log, metrics };
}

/** The service and the Bedrock it asks. */
export interface TestChatService extends TestService {
  readonly bedrock: RunningBedrock;
}

/** The service in front of a local Bedrock whose model answers without pauses. */
export async function runChatService(
  t: ExecutionContext,
  {
    configuration,
    shutdownTimes,
    ...bedrockOptions
  }: Parameters<typeof runBedrock>[1] & Parameters<typeof runService>[1] = {},
): Promise<TestChatService> {
  const bedrock = await runBedrock(t, bedrockOptions);
  const service = await runService(t, {
    ...(configuration && { configuration }),
    ...(shutdownTimes && { shutdownTimes }),
    bedrockConfig: { endpoint: bedrock.endpoint, credentials: bedrock.developer },
  });
  return { ...service, bedrock };
}

/** Sends a chat. */
export function postStream(
  { url }: Pick<TestService, "url">,
  body: unknown = { message: "Hi" },
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** A chat on a connection of its own. */
export interface OpenChat {
  readonly request: ClientRequest;
  /** Resolves with the answer, of which nothing has been read. */
  readonly response: Promise<IncomingMessage>;
  /** Leaves. */
  leave(): void;
}

/** Sends a chat on a connection of its own, to be read, or left, as the test likes. */
export function openStream(
  t: ExecutionContext,
  { url }: Pick<TestService, "url">,
  body: unknown = { message: "Hi" },
  headers: Readonly<Record<string, string>> = {},
): OpenChat {
  const request = httpRequest(`${url}/stream`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", ...headers },
  });
  request.on("error", () => {});
  request.end(JSON.stringify(body));
  const leave = () => void request.destroy();
  t.teardown(leave);
  const response = once(request, "response").then(([message]) => message as IncomingMessage);
  response.catch(() => {});
  return { request, response, leave };
}
