import { apiKey, markApiKeyRefused } from "./api-key.js";

/** The API's refusal of a request, or that it could not be asked. The message is for people. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {string} [detail] Status and error code, for those who look them up.
   * @param {string} [code] The error code.
   */
  constructor(message, detail = "", code = "") {
    super(message);
    this.detail = detail;
    this.code = code;
  }
}

/** What can be acted on, in place of a message of API Gateway's own or for an error code. */
const plainWords = new Map([
  ["Forbidden", "The API key is missing or not valid."],
  ["Too Many Requests", "Too many requests at once."],
  ["quota_exceeded", "The API key has used up its quota for today."],
]);

/** The statuses with which a load balancer or a proxy answers when it does not get an answer itself. */
const unreachable = new Set([502, 503, 504]);

/**
 * Sends a request with the API key, if there is one.
 *
 * @param {string} path Relative to the page, and so under the same stage.
 * @param {{ method?: string, headers?: Record<string, string>, body?: string, signal: AbortSignal }} init
 * @returns {Promise<Response>} An answer that is no error.
 * @throws ApiError; AbortError when the signal says so.
 */
export async function request(path, { headers = {}, ...init }) {
  const key = apiKey();
  if (!/^[\x21-\x7e]*$/.test(key)) {
    markApiKeyRefused();
    throw new ApiError("The API key has characters in it that no key has.");
  }
  const response = await fetch(path, {
    ...init,
    headers: key === "" ? headers : { ...headers, "x-api-key": key },
  }).catch((error) => {
    if (init.signal.aborted) throw error;
    throw new ApiError("The API could not be reached.");
  });
  if (response.ok) return response;
  throw await readRefusal(response);
}

/** @param {Response} response */
async function readRefusal(response) {
  const { code = "", message = "" } = await response
    .json()
    .then(({ error }) => error ?? {})
    .catch(() => ({}));
  if (message === "Forbidden") markApiKeyRefused();
  const retryAfterSeconds = response.headers.get("retry-after");
  const sentences = [
    plainWords.get(message) ?? plainWords.get(code) ?? (message || statusInWords(response.status)),
    ...(retryAfterSeconds === null ? [] : [`Try again in ${retryAfterSeconds} s.`]),
  ];
  return new ApiError(sentences.join(" "), `${response.status} ${code}`.trim(), code);
}

/**
 * @param {number} status Of an answer that is no error of the API's own.
 */
function statusInWords(status) {
  if (unreachable.has(status)) return "The service cannot be reached at the moment: try again soon.";
  return status >= 500 ? "The API failed." : "The API refused the request.";
}
