import { errorBody } from "../contract/errors.ts";
import { Refusal } from "./refusal.ts";

/** An error in the form in which it is sent. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text of an `ErrorBody`. Not sent in answer to HEAD. */
  readonly body: Uint8Array;
}

/** The answer to a request that failed before the first byte. Anything but a `Refusal` is a fault of ours: 500. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const refusal = thrown instanceof Refusal ? thrown : new Refusal("internal_error");
  const body = Buffer.from(JSON.stringify(errorBody(refusal.code, refusal.message)));
  return {
    status: refusal.status,
    headers: {
      ...refusal.headers,
      "Cache-Control": "no-store",
      "Content-Length": String(body.length),
      "Content-Type": "application/json",
      "X-Content-Type-Options": "nosniff",
    },
    body,
  };
}
