import type { ChatEncoder } from "../../contract/chat-codec.ts";
import { NDJSON_MEDIA_TYPE, NdjsonEncoder } from "../../contract/ndjson.ts";
import { SERVER_SENT_EVENTS_MEDIA_TYPE, ServerSentEventsEncoder } from "../../contract/server-sent-events.ts";
import { Refusal } from "../refusal.ts";
import { isPreferred, parseAccept, preferenceFor } from "./accept-header.ts";

/** A form in which a chat answer can travel. */
export interface ChatForm {
  /** What the answer is declared as. */
  readonly mediaType: string;
  readonly createEncoder: () => ChatEncoder;
}

interface OfferedForm extends ChatForm {
  /** The media types by which it can be asked for. */
  readonly names: readonly string[];
}

/** The one preferred among equals comes first. */
const forms: readonly OfferedForm[] = [
  {
    mediaType: NDJSON_MEDIA_TYPE,
    // People who want JSON ask for application/json, and JSON lines are as near as a stream can come to it.
    names: [NDJSON_MEDIA_TYPE, "application/jsonl", "application/json"],
    createEncoder: () => new NdjsonEncoder(),
  },
  {
    mediaType: SERVER_SENT_EVENTS_MEDIA_TYPE,
    names: [SERVER_SENT_EVENTS_MEDIA_TYPE],
    createEncoder: () => new ServerSentEventsEncoder(),
  },
];

/**
 * Chooses the form the caller gives the highest quality, among equals the one named first: JSON lines when the caller does
 * not say.
 *
 * @param accept The `Accept` header.
 * @throws Refusal `not_acceptable` when it allows none.
 */
export function negotiateForm(accept: string | undefined): ChatForm {
  const ranges = parseAccept(accept);
  const wanted = forms.flatMap((form) =>
    form.names.map((name) => ({ form, preference: preferenceFor(name, ranges) })),
  );
  const best = wanted.reduce((one, other) => (isPreferred(other.preference, one.preference) ? other : one));
  if (best.preference.quality > 0) return best.form;
  const mediaTypes = forms.map(({ mediaType }) => mediaType).join(" or ");
  throw new Refusal("not_acceptable", `The answer comes as ${mediaTypes}.`, { headers: { Vary: "Accept" } });
}
