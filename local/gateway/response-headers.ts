import type { TransferMode } from "./transfer-mode.ts";

/** Treatment of a response header that a function sets. */
export type HeaderRule = "dropped" | "remapped";

/**
 * Treatment of the headers of a Lambda proxy response; headers not named pass. A remapped header arrives as
 * `x-amzn-Remapped-{name}`, because API Gateway sets its own, or none.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const responseHeaderRules: ReadonlyMap<string, HeaderRule> = new Map(
  Object.entries({
    authorization: "remapped",
    connection: "remapped",
    "content-md5": "remapped",
    date: "remapped",
    expect: "dropped",
    host: "dropped",
    "keep-alive": "dropped",
    "max-forwards": "remapped",
    "proxy-authenticate": "dropped",
    server: "remapped",
    te: "dropped",
    trailer: "dropped",
    "transfer-encoding": "dropped",
    upgrade: "dropped",
    "user-agent": "remapped",
    via: "dropped",
    "www-authenticate": "remapped",
    // Not on that page, but seen in answers of AWS: the gateway sets its own.
    "x-amzn-requestid": "remapped",
  }),
);

/** Headers as a function gives them, in either transfer mode. */
export interface FunctionHeaders {
  readonly headers?: Readonly<Record<string, unknown>> | null;
  /** Wins over `headers` where both name a header. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly cookies?: readonly unknown[] | null;
}

/** Headers in the order they are sent, each name with all its values. */
export type ResponseHeaders = [name: string, values: string[]][];

/**
 * The headers the client gets for those a function set.
 *
 * @param mode A buffered response has its length counted again; a streamed one keeps the function's.
 */
export function toResponseHeaders(given: FunctionHeaders, mode: TransferMode): ResponseHeaders {
  const headers = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of Object.entries(given.headers ?? {})) {
    headers.set(name.toLowerCase(), [name, [String(value)]]);
  }
  for (const [name, values] of Object.entries(given.multiValueHeaders ?? {})) {
    headers.set(name.toLowerCase(), [name, values.map(String)]);
  }
  if (given.cookies != null && given.cookies.length > 0) {
    const others = headers.get("set-cookie")?.[1] ?? [];
    headers.set("set-cookie", ["set-cookie", [...others, ...given.cookies.map(String)]]);
  }
  if (!headers.has("content-type")) headers.set("content-type", ["Content-Type", ["application/json"]]);
  return [...headers.values()].flatMap(([name, values]) => {
    const rule = ruleFor(name.toLowerCase(), mode);
    if (rule === "dropped") return [];
    return [[rule === "remapped" ? `x-amzn-Remapped-${name}` : name, values]];
  });
}

function ruleFor(name: string, mode: TransferMode): HeaderRule | undefined {
  if (name === "content-length" && mode === "BUFFERED") return "remapped";
  return responseHeaderRules.get(name);
}
