import type { ChatEvent, ChatUsage } from "../../contract/chat.ts";
import { failureFields, type RequestLogEntry } from "../request-log.ts";
import type { ChatService, ModelAnswer } from "./chat-answer.ts";

/** What the log says of a chat besides what it says of any request. Nothing of what was asked or answered. */
export interface ChatLogFields extends Partial<ChatUsage> {
  readonly stopReason?: string;
  readonly timeToFirstTokenMilliseconds?: number;
}

type LastEvent = Extract<ChatEvent, { type: "done" | "error" }>;

/** Remembers of a chat's events what the log says of them. */
export class ChatRecord {
  #last: LastEvent | undefined;
  #answer: ModelAnswer | undefined;

  /** The same service, with the answer it opens remembered. */
  of({ openChat, maxTokens }: ChatService): ChatService {
    return {
      openChat: async (request, signal) => (this.#answer = await openChat(request, signal)),
      maxTokens,
    };
  }

  /** Takes note of one event. */
  note(event: ChatEvent): void {
    if (event.type === "done" || event.type === "error") this.#last = event;
  }

  /** Adds what the last event said, and why it is an error. An answer that was sent whole but ends in an error has failed. */
  describe<Entry extends RequestLogEntry>(entry: Entry): Entry & ChatLogFields {
    const last = this.#last;
    if (last === undefined) return entry;
    if (last.type === "error") {
      return {
        ...entry,
        outcome: entry.outcome === "handed_over" ? "failed" : entry.outcome,
        errorCode: last.code,
        ...failureFields(this.#answer?.failure),
      };
    }
    const { stopReason, usage, timeToFirstTokenMs } = last;
    return {
      ...entry,
      stopReason,
      ...usage,
      ...(timeToFirstTokenMs !== undefined && { timeToFirstTokenMilliseconds: timeToFirstTokenMs }),
    };
  }
}
