import { ClientError } from "./client-error.ts";

/** Error answer of the API. */
export interface ApiError {
  readonly status: number;
  /** Code of the API's error body. Empty where a proxy or API Gateway itself answered. */
  readonly code: string;
  readonly message: string;
  /** Absent without a `Retry-After`. */
  readonly retryAfterMilliseconds?: number;
}

/** Reads an error answer; one that is no JSON has the status alone. */
export async function readApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { code, message } = errorMembers(body);
  const retryAfterMilliseconds = readRetryAfter(response.headers.get("retry-after"));
  return {
    status: response.status,
    code,
    message: message || `The API answered with status ${response.status}.`,
    ...(retryAfterMilliseconds !== undefined && { retryAfterMilliseconds }),
  };
}

/** The error that ends a call. */
export function refusedBy({ status, code, message }: ApiError): ClientError {
  return new ClientError("refused", message, { status, ...(code && { apiCode: code }) });
}

/** Whether the same request may be answered later. A key's used-up quota is not renewed in time. */
export function mayPass({ status, code }: ApiError): boolean {
  return (status === 429 && code !== "quota_exceeded") || status === 408 || (status >= 500 && status !== 501);
}

/**
 * Reads `Retry-After`, which has seconds or a date.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** This API's form is `{"error":{"code","message"}}`, API Gateway's own `{"message"}`. */
function errorMembers(body: unknown): { readonly code: string; readonly message: string } {
  if (!isRecord(body)) return { code: "", message: "" };
  const error = isRecord(body.error) ? body.error : body;
  return {
    code: typeof error.code === "string" ? error.code : "",
    message: typeof error.message === "string" ? error.message : "",
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
