import { isObject } from "./json-object.ts";
import { limits } from "./limits.ts";

/** Separates the metadata from the payload: eight NUL bytes, which JSON text cannot hold. */
export const PRELUDE_DELIMITER = Buffer.alloc(8);

/**
 * The metadata a streaming function sends ahead of its payload. Every key is optional.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export interface ResponseMetadata {
  readonly statusCode?: number;
  /** Single-valued. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wins over `headers` where both name a header. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
}

/** The bytes before the payload do not follow the format; API Gateway would answer with an error of its own. */
export class MalformedPreludeError extends Error {
  override readonly name = "MalformedPreludeError";
}

/** @returns Metadata and delimiter, ready to go ahead of the payload. */
export function encodePrelude(metadata: ResponseMetadata): Buffer {
  return Buffer.concat([Buffer.from(JSON.stringify(metadata)), PRELUDE_DELIMITER]);
}

/** Finds the end of the prelude in a stream cut anywhere, also inside the delimiter. */
export class PreludeParser {
  #received = Buffer.alloc(0);

  /**
   * @returns The metadata and the payload bytes already received, or `undefined` while more bytes are needed.
   * @throws MalformedPreludeError when the format is broken or the delimiter lies beyond the first 16 KB.
   */
  push(chunk: Buffer): { metadata: ResponseMetadata; payload: Buffer } | undefined {
    this.#received = Buffer.concat([this.#received, chunk]);
    const window = limits.gatewayPreludeBytes.value;
    const end = this.#received.indexOf(PRELUDE_DELIMITER);
    const payloadStart = end + PRELUDE_DELIMITER.length;
    if (end >= 0 && payloadStart <= window) {
      return {
        metadata: parseMetadata(this.#received.subarray(0, end)),
        payload: this.#received.subarray(payloadStart),
      };
    }
    if (this.#received.length >= window) {
      throw new MalformedPreludeError(`no metadata delimiter within the first ${window} bytes`);
    }
    return undefined;
  }

  /** @throws MalformedPreludeError always: the stream ended before the delimiter. */
  end(): never {
    throw new MalformedPreludeError(
      `the stream ended after ${this.#received.length} bytes without a metadata delimiter`,
    );
  }
}

function parseMetadata(bytes: Buffer): ResponseMetadata {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new MalformedPreludeError("the metadata is not JSON");
  }
  if (!isObject(value)) throw new MalformedPreludeError("the metadata is not a JSON object");
  for (const [key, member] of Object.entries(value)) {
    const isValid = memberRules.get(key);
    if (isValid === undefined) throw new MalformedPreludeError(`the metadata key ${key} is not known`);
    if (!isValid(member))
      throw new MalformedPreludeError(`the metadata key ${key} has a value of the wrong form`);
  }
  return value;
}

/** The members by which a function names headers, in a streamed response and in a buffered one, and what they may be. */
export const headerMemberRules: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["headers", (value: unknown) => isObject(value) && Object.values(value).every(isHeaderValue)],
  ["multiValueHeaders", (value: unknown) => isObject(value) && Object.values(value).every(isHeaderValueList)],
  ["cookies", isHeaderValueList],
]);

const memberRules: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["statusCode", (value: unknown) => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599],
  ...headerMemberRules,
]);

function isHeaderValueList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isHeaderValue);
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
