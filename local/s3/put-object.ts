import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { decodeAwsChunked } from "./aws-chunked.ts";
import { createChecksum, type Digest } from "./checksums.ts";
import { S3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { ObjectDescription } from "./put-objects.ts";
import { DEFAULT_CONTENT_TYPE } from "./stored-object.ts";

/** Request headers that are stored and returned with the object. */
const STORED_HEADERS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** Headers that are understood; any other `x-amz-` header asks for something S3 does and this does not. */
const UNDERSTOOD_HEADER =
  /^x-amz-(content-sha256|date|decoded-content-length|sdk-checksum-algorithm|security-token|trailer|user-agent|checksum-.+|meta-.+)$/;

/** PutObject. */
export async function putObject(exchange: Exchange): Promise<void> {
  const { request, response, bucketName, bucket, key, access, payloadHash } = exchange;
  access.requireObject("s3:PutObject", key);
  if (!bucket.writable) throw new S3Error("AccessDenied", `The bucket ${bucketName} is read-only.`);
  refuseUnknownHeaders(request.headers);
  const upload = new Upload(request, payloadHash);
  const { etag, checksums } = await bucket.put(key, upload.body(), () => upload.describe());
  response.writeHead(200, { etag, ...checksums }).end();
}

/** One body on its way in, and what it must amount to. */
class Upload {
  readonly #request: IncomingMessage;
  readonly #payloadHash: string;
  /** Every header that came with the body, whether before it or after. */
  readonly #headers: Record<string, string>;
  readonly #md5 = createHash("md5");
  readonly #sha256 = createHash("sha256");
  readonly #checksumName: string | undefined;
  readonly #checksum: Digest | undefined;
  #receivedBytes = 0;

  /** @throws S3Error NotImplemented */
  constructor(request: IncomingMessage, payloadHash: string) {
    this.#request = request;
    this.#payloadHash = payloadHash;
    this.#headers = singleValues(request.headers);
    this.#checksumName =
      this.#headers["x-amz-trailer"] ??
      Object.keys(this.#headers).find((name) => /^x-amz-checksum-(?!algorithm|type)/.test(name));
    if (this.#checksumName !== undefined) this.#checksum = createChecksum(this.#checksumName);
  }

  async *body(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#decoded()) {
      this.#receivedBytes += chunk.length;
      this.#md5.update(chunk);
      this.#sha256.update(chunk);
      this.#checksum?.update(chunk);
      yield chunk;
    }
  }

  /**
   * To be called once, after the last byte.
   *
   * @throws S3Error when the body is not what its headers said
   */
  describe(): ObjectDescription {
    const headers = this.#headers;
    if (Number(headers["x-amz-decoded-content-length"] ?? this.#receivedBytes) !== this.#receivedBytes) {
      throw new S3Error("IncompleteBody", "The body does not have the length that its headers say.");
    }
    if (/^[0-9a-f]{64}$/.test(this.#payloadHash) && this.#sha256.digest("hex") !== this.#payloadHash) {
      throw new S3Error("XAmzContentSHA256Mismatch", "The body does not have the hash that was signed.");
    }
    const checksums: Record<string, string> = {};
    if (this.#checksumName !== undefined && this.#checksum !== undefined) {
      const actual = this.#checksum.digest("base64");
      if (headers[this.#checksumName] !== actual) {
        throw new S3Error(
          "BadDigest",
          `The ${this.#checksumName} you specified did not match the calculated checksum.`,
        );
      }
      checksums[this.#checksumName] = actual;
      checksums["x-amz-checksum-type"] = "FULL_OBJECT";
    }
    return { etag: `"${this.#md5.digest("hex")}"`, headers: storedHeaders(headers), checksums };
  }

  #decoded(): AsyncIterable<Buffer> {
    if (!this.#payloadHash.startsWith("STREAMING-")) return this.#request;
    if (this.#payloadHash !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
      throw new S3Error("NotImplemented", "Chunks that are signed one by one are not simulated.");
    }
    return decodeAwsChunked(this.#request, (name, value) => (this.#headers[name] = value));
  }
}

/** @throws S3Error NotImplemented */
function refuseUnknownHeaders(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) {
    const isUnknown = name.startsWith("x-amz-") && !UNDERSTOOD_HEADER.test(name);
    if (isUnknown || ["content-md5", "if-match", "if-none-match"].includes(name)) {
      throw new S3Error("NotImplemented", `PutObject with ${name} is not simulated.`, { Header: name });
    }
  }
}

function storedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const stored: Record<string, string> = { "content-type": DEFAULT_CONTENT_TYPE };
  for (const [name, value] of Object.entries(headers)) {
    if (STORED_HEADERS.includes(name) || name.startsWith("x-amz-meta-")) stored[name] = value;
  }
  const contentEncoding = stored["content-encoding"]?.split(",").map((coding) => coding.trim());
  if (contentEncoding?.includes("aws-chunked") === true) {
    // That was the coding of the upload, not of the object.
    const remaining = contentEncoding.filter((coding) => coding !== "aws-chunked").join(",");
    if (remaining === "") delete stored["content-encoding"];
    else stored["content-encoding"] = remaining;
  }
  return stored;
}

function singleValues(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
