import type { FileHandle } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { ByteRange } from "./byte-range.ts";
import type { BodyFault } from "./faults.ts";
import type { LiveRecord } from "./request-record.ts";
import { fileVersion, type StoredObject } from "./stored-object.ts";

/** Large enough that the work per chunk does not show, small enough that what waits for a slow reader does not either. */
const CHUNK_BYTES = 256 * 1024;

/** The file behind an object was changed while it was being sent. */
export class ObjectChangedError extends Error {
  override readonly name = "ObjectChangedError";
}

/**
 * Sends an object or a part of it as fast as its reader takes it. The connection is broken off, before the last byte,
 * if the file changes meanwhile: a whole answer is always the content its ETag stands for.
 *
 * @throws ObjectChangedError, FaultInjectedError, or the connection's own error; the response is destroyed then.
 */
export async function sendObjectBytes(
  file: FileHandle,
  object: StoredObject,
  range: ByteRange | "whole",
  { response, record, fault }: { response: ServerResponse; record: LiveRecord; fault: BodyFault | undefined },
): Promise<void> {
  const { firstByte, lastByte } = range === "whole" ? { firstByte: 0, lastByte: object.size - 1 } : range;
  const chunks = readChunks(file, object, firstByte, lastByte);
  await pipeline(counted(fault === undefined ? chunks : fault(chunks, response), record), response);
}

async function* readChunks(
  file: FileHandle,
  object: StoredObject,
  firstByte: number,
  lastByte: number,
): AsyncGenerator<Buffer> {
  for (let position = firstByte; position <= lastByte;) {
    const length = Math.min(CHUNK_BYTES, lastByte - position + 1);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    position += bytesRead;
    const isLast = position > lastByte;
    if (bytesRead === 0 || (isLast && fileVersion(await file.stat({ bigint: true })) !== object.version)) {
      throw new ObjectChangedError(`${object.path} changed while it was being sent`);
    }
    yield buffer.subarray(0, bytesRead);
  }
}

async function* counted(chunks: AsyncIterable<Buffer>, record: LiveRecord): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    record.sentBytes += chunk.length;
    yield chunk;
  }
}
