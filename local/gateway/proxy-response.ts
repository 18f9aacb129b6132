import { isObject } from "../../contract/json-object.ts";
import { headerMemberRules, PRELUDE_DELIMITER } from "../../contract/response-prelude.ts";
import type { FunctionHeaders } from "./response-headers.ts";

/** A function's answer to a buffered proxy integration. */
export interface ProxyResponse extends FunctionHeaders {
  readonly statusCode: number;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  /** Whether the function streamed: its payload after the metadata is lost. */
  readonly wasStreamed: boolean;
}

/** The function's result is not what a proxy integration takes. */
export class MalformedProxyResponseError extends Error {
  override readonly name = "MalformedProxyResponseError";
}

/**
 * Reads the result of a buffered invocation. All members are optional, others are refused. Of a function that
 * writes the streaming format only status and headers are taken, as AWS documents for this mismatch.
 * Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 *
 * @throws MalformedProxyResponseError when the result has another form.
 */
export function parseProxyResponse(payload: Buffer): ProxyResponse {
  const end = payload.indexOf(PRELUDE_DELIMITER);
  const wasStreamed = end >= 0;
  const members = parseObject(wasStreamed ? payload.subarray(0, end) : payload);
  for (const [name, value] of Object.entries(members)) {
    const isValid = memberRules.get(name);
    if (isValid === undefined || (name === "cookies" && !wasStreamed)) {
      throw new MalformedProxyResponseError(`the member ${name} is not known`);
    }
    if (value !== null && !isValid(value)) {
      throw new MalformedProxyResponseError(`the member ${name} has a value of the wrong form`);
    }
  }
  const { statusCode, body, isBase64Encoded, ...headers } = members as Partial<ProxyResponse>;
  return {
    ...headers,
    statusCode: Number(statusCode ?? 200),
    body: body ?? "",
    isBase64Encoded: isBase64Encoded ?? false,
    wasStreamed,
  };
}

function parseObject(text: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.toString("utf8"));
  } catch {
    throw new MalformedProxyResponseError("the result is not JSON");
  }
  if (!isObject(value)) throw new MalformedProxyResponseError("the result is not a JSON object");
  return value;
}

const memberRules: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["statusCode", (value: unknown) => /^[2-5]\d\d$/.test(String(value))],
  ...headerMemberRules,
  ["body", (value: unknown) => typeof value === "string"],
  ["isBase64Encoded", (value: unknown) => typeof value === "boolean"],
]);
