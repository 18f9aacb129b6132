import type { ChatDecoder } from "../../contract/chat-codec.ts";
import type { ChatEvent } from "../../contract/chat.ts";
import { NdjsonDecoder } from "../../contract/ndjson.ts";
import type { StackOutputs } from "../../contract/stack-outputs.ts";

/** `POST /chat` with the API key. */
export function postChat(
  { downloadApi, apiKey }: Required<Pick<StackOutputs, "downloadApi" | "apiKey">>,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${downloadApi.url}/chat`, {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** The events of an answer as they arrive, of JSON lines unless told otherwise; throws when it is cut or refused. */
export async function* chatEvents(
  response: Response,
  decoder: ChatDecoder = new NdjsonDecoder(),
): AsyncGenerator<ChatEvent> {
  if (!response.ok) throw new Error(`refused with ${response.status}: ${await response.text()}`);
  for await (const chunk of response.body ?? []) yield* decoder.push(chunk as Uint8Array);
  decoder.end();
}

export async function readChat(response: Response): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of chatEvents(response)) events.push(event);
  return events;
}

export function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}
