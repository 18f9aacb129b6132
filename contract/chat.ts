import type { ErrorBody } from "./errors.ts";

/** One turn of a conversation. Turns alternate, and the first and the last are the user's. */
export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** A chat request after validation: `{"message"}` has become one user's turn. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Instructions that go ahead of the conversation; takes the place of the stack's own. */
  readonly system?: string;
  /** Most tokens the answer may have; never more than the stack allows. */
  readonly maxTokens?: number;
  /** 0 to 1. */
  readonly temperature?: number;
  /** 0 to 1. */
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
}

/** What an answer is billed by: tokens, as the model counts them. */
export interface ChatUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly cacheReadInputTokens?: number;
  readonly cacheWriteInputTokens?: number;
}

/** What proves that an answer is whole: an answer without it was cut. */
export interface ChatDone {
  /** Format: Bedrock's own, such as `end_turn`, `max_tokens`, `stop_sequence`, `guardrail_intervened`. */
  readonly stopReason: string;
  /** Absent where Bedrock did not say. */
  readonly usage?: ChatUsage;
  /** From the request to the last event, as the service behind the API measured it. */
  readonly latencyMs: number;
  /** From the request to the first text. Absent when there was none. */
  readonly timeToFirstTokenMs?: number;
}

/** What a chat answer consists of, whatever form it travels in. Ends with exactly one `done` or one `error`. */
export type ChatEvent =
  | { readonly type: "text"; readonly text: string }
  /** What a reasoning model thinks before it answers. */
  | { readonly type: "reasoning"; readonly text: string }
  /** Nothing has happened for a while; keeps the connection from counting as idle. */
  | { readonly type: "heartbeat" }
  | ({ readonly type: "done" } & ChatDone)
  | ({ readonly type: "error" } & ErrorBody["error"]);
