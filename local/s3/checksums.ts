import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { S3Error } from "./errors.ts";

/** Reckons a digest while the bytes pass. */
export interface Digest {
  update(chunk: Buffer): unknown;
  digest(encoding: "base64" | "hex"): string;
}

/**
 * @param headerName Format: `x-amz-checksum-crc32`.
 * @throws S3Error NotImplemented for the algorithms Node has no code for
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function createChecksum(headerName: string): Digest {
  switch (headerName) {
    case "x-amz-checksum-crc32":
      return new Crc32();
    case "x-amz-checksum-sha1":
      return createHash("sha1");
    case "x-amz-checksum-sha256":
      return createHash("sha256");
    default:
      throw new S3Error("NotImplemented", `${headerName} is not simulated; CRC32, SHA1 and SHA256 are.`);
  }
}

class Crc32 implements Digest {
  #value = 0;

  update(chunk: Buffer): void {
    this.#value = crc32(chunk, this.#value);
  }

  digest(encoding: "base64" | "hex"): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes.toString(encoding);
  }
}
