import type { ChatEvent, ChatUsage } from "../../contract/chat.ts";
import type { RequestLogEntry } from "../request-log.ts";

/** What the log says of a chat besides what it says of any request. Nothing of what was asked or answered. */
export interface ChatLogFields extends Partial<ChatUsage> {
  readonly stopReason?: string;
  readonly timeToFirstTokenMilliseconds?: number;
}

type LastEvent = Extract<ChatEvent, { type: "done" | "error" }>;

/** Remembers of a chat's events what the log says of them. */
export class ChatRecord {
  #last: LastEvent | undefined;

  /** Takes note of one event. */
  note(event: ChatEvent): void {
    if (event.type === "done" || event.type === "error") this.#last = event;
  }

  /** Adds what the last event said. An answer that was sent whole but ends in an error has failed. */
  describe<Entry extends RequestLogEntry>(entry: Entry): Entry & ChatLogFields {
    const last = this.#last;
    if (last === undefined) return entry;
    if (last.type === "error") {
      return {
        ...entry,
        outcome: entry.outcome === "handed_over" ? "failed" : entry.outcome,
        errorCode: last.code,
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
