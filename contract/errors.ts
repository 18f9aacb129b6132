/**
 * Every error code a caller of Streamgate can meet, and what it means. The function, the container and the
 * API's own gateway responses all draw from this table, so a code means the same wherever it comes from.
 */
export const errorCodes = {
  invalid_key: "The object key in the path cannot be used.",
  invalid_parameter: "A query parameter has a value that is not allowed.",
  range_required: "The object is too large for one response; ask for it in ranges.",
  invalid_request: "The request body is not of the form this API takes.",
  context_too_long: "The conversation is longer than the model can take in.",
  bad_request: "The request cannot be understood.",
  forbidden: "The request carries no valid credentials, or they do not allow it.",
  not_found: "There is nothing under this path.",
  method_not_allowed: "What is under this path does not answer this method.",
  not_acceptable: "None of the media types the request accepts can be answered with.",
  precondition_failed: "A condition in the request headers does not hold.",
  payload_too_large: "The request body is too large.",
  unsupported_media_type: "The request body has a content type that is not accepted.",
  range_not_satisfiable: "The range lies outside the object.",
  too_many_requests: "Requests arrive faster than the API's throttle or the model's quota allows.",
  quota_exceeded: "The API key has used up its quota of the day, which ends at midnight UTC.",
  slow_down: "The service behind the API asks for fewer requests.",
  upstream_error: "The service behind the API failed.",
  upstream_timeout: "The service behind the API did not answer in time.",
  misconfigured: "The API is not set up right; only its operator can mend it.",
  internal_error: "The API failed.",
  model_unavailable: "The model is not available to this API.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The JSON body of every error, from whatever part of the system. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/** @param message What went wrong and what the caller can do; the code's own sentence when left out. */
export function errorBody(code: ErrorCode, message: string = errorCodes[code]): ErrorBody {
  return { error: { code, message } };
}
