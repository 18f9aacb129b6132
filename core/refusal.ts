import { errorCodes, type ErrorCode } from "../contract/errors.ts";

/** The status of each error code, whoever answers with it. */
export const errorStatus: { readonly [code in ErrorCode]: number } = {
  invalid_key: 400,
  invalid_parameter: 400,
  range_required: 400,
  invalid_request: 400,
  context_too_long: 400,
  bad_request: 400,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  too_many_requests: 429,
  quota_exceeded: 429,
  internal_error: 500,
  misconfigured: 500,
  model_unavailable: 500,
  upstream_error: 502,
  slow_down: 503,
  upstream_timeout: 504,
};

/** What a refusal carries besides its code and message. */
export interface RefusalDetails {
  /** Headers that belong to this answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What failed, for the log; the caller never sees it. */
  readonly cause?: unknown;
  /** What the operator can do, for the log. */
  readonly advice?: string;
  /** What the service behind this one said, without ids and without what it was sent; for the log. */
  readonly upstreamMessage?: string | undefined;
}

/** A request that ends in an error answer before the first byte. Its message goes to the caller as it is. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly advice: string | undefined;
  readonly upstreamMessage: string | undefined;

  /** @param message What went wrong and what the caller can do; the code's own sentence when left out. */
  constructor(code: ErrorCode, message: string = errorCodes[code], details: RefusalDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.headers = details.headers ?? {};
    this.advice = details.advice;
    this.upstreamMessage = details.upstreamMessage;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}
