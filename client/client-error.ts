/**
 * Reason a download or a chat cannot be brought to its end.
 *
 * - `refused`: the API answered with an error that asking again does not change.
 * - `unreachable`: the network, or what stands behind the API, failed more often than is bearable.
 * - `changed`: the object is another one than at the start, or gone.
 * - `mismatch`: the bytes are not those the API vouches for.
 * - `truncated`: an answer ended before its end.
 * - `failed`: the model failed in the middle of its answer.
 * - `malformed`: an answer is none of this API's.
 * - `busy`: another download writes the same file.
 */
export type ClientErrorCode =
  "refused" | "unreachable" | "changed" | "mismatch" | "truncated" | "failed" | "malformed" | "busy";

/** Details of a `ClientError`. */
export interface ClientErrorDetails extends ErrorOptions {
  /** HTTP status of the answer. */
  readonly status?: number;
  /** Error code of the API, such as `not_found`. */
  readonly apiCode?: string;
}

/** Error of the client library. Its message is a sentence for people. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  readonly status: number | undefined;
  readonly apiCode: string | undefined;

  constructor(
    code: ClientErrorCode,
    message: string,
    { status, apiCode, ...options }: ClientErrorDetails = {},
  ) {
    super(message, options);
    this.code = code;
    this.status = status;
    this.apiCode = apiCode;
  }
}
