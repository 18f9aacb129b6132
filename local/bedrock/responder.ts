import { randomUUID } from "node:crypto";
import type { Answer } from "./answer.ts";
import type { Json } from "./converse-request.ts";
import type { Faults } from "./faults.ts";
import type { ReceivedRequest } from "./listener.ts";
import type { LiveRecord } from "./request-record.ts";
import type { ResolvedModel, Target } from "./target.ts";

/** A request whose caller is known and allowed to make it, waiting to be answered. */
export interface Invocation {
  readonly target: Target;
  readonly request: ReceivedRequest;
  readonly body: Json;
  readonly model: ResolvedModel;
  readonly answer: Answer;
  readonly record: LiveRecord;
  readonly faults: Faults;
}

/**
 * Source of a model's response.
 *
 * @throws BedrockError for an answer other than the one hoped for, AbortError when the reader is gone
 */
export type Responder = (invocation: Invocation) => Promise<void>;

/** The header by which AWS finds a request again. */
export function requestId(): { readonly "x-amzn-requestid": string } {
  return { "x-amzn-requestid": randomUUID() };
}
