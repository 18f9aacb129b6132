import type { ChatEvent, ChatUsage } from "../../contract/chat.ts";
import type { RequestLogEntry } from "../request-log.ts";

/** The line of a chat. Holds nothing of what was asked or answered. */
export interface ChatLogEntry extends RequestLogEntry, Partial<ChatUsage> {
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
  describe(entry: RequestLogEntry): ChatLogEntry {
    const last = this.#last;
    if (last === undefined) return entry;
    if (last.type === "error") {
      return {
        ...entry,
        outcome: entry.outcome === "complete" ? "failed" : entry.outcome,
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
