import { crc32 } from "node:zlib";

/** One message of an event stream. */
export interface Frame {
  /** The headers that are strings, by name with its colon: `:message-type`, `:event-type`. */
  readonly headers: Headers;
  readonly payload: Buffer;
}

type Headers = ReadonlyMap<string, string>;

/** The bytes are no event stream. */
export class MalformedFrameError extends Error {
  override readonly name = "MalformedFrameError";
}

const LENGTHS_BYTES = 8;
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const SMALLEST_FRAME_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;

/** Bytes of a header's value by the number of its type; of the others the first two bytes say how many follow. */
const VALUE_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const BINARY_TYPE = 6;
const STRING_TYPE = 7;

/** Blocks of headers to remember: a stream repeats a handful, byte for byte. */
const MOST_KNOWN_BLOCKS = 100;

/** Headers by their block's bytes, each as a character. */
const knownBlocks = new Map<string, Headers>();

/**
 * Cuts the bytes of an `application/vnd.amazon.eventstream` body, in whatever pieces they come, into its messages.
 *
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export class FrameSplitter {
  #rest: Buffer | undefined;

  /** Whether the bytes so far end inside a message. */
  get isInsideFrame(): boolean {
    return this.#rest !== undefined;
  }

  /**
   * @returns The messages that are complete by now.
   * @throws MalformedFrameError for a checksum, a length or a header that does not hold.
   */
  push(piece: Buffer): Frame[] {
    const bytes = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
    const frames: Frame[] = [];
    let start = 0;
    for (;;) {
      const length = frameLength(bytes, start);
      if (length === undefined || bytes.length - start < length) break;
      frames.push(readFrame(bytes, start, length));
      start += length;
    }
    this.#rest = start === bytes.length ? undefined : bytes.subarray(start);
    return frames;
  }
}

/** @returns `undefined` as long as that is not known. */
function frameLength(bytes: Buffer, start: number): number | undefined {
  if (bytes.length - start < PRELUDE_BYTES) return undefined;
  const length = bytes.readUInt32BE(start);
  const headersLength = bytes.readUInt32BE(start + 4);
  if (crc32(bytes.subarray(start, start + LENGTHS_BYTES)) !== bytes.readUInt32BE(start + LENGTHS_BYTES)) {
    throw new MalformedFrameError("the checksum of a message's lengths is wrong");
  }
  if (length < SMALLEST_FRAME_BYTES || headersLength > length - SMALLEST_FRAME_BYTES) {
    throw new MalformedFrameError("the lengths of a message are impossible");
  }
  return length;
}

function readFrame(bytes: Buffer, start: number, length: number): Frame {
  const end = start + length - CHECKSUM_BYTES;
  if (crc32(bytes.subarray(start, end)) !== bytes.readUInt32BE(end)) {
    throw new MalformedFrameError("the checksum of a message is wrong");
  }
  const headersStart = start + PRELUDE_BYTES;
  const headersEnd = headersStart + bytes.readUInt32BE(start + 4);
  return {
    headers: headersOf(bytes.toString("latin1", headersStart, headersEnd)),
    payload: bytes.subarray(headersEnd, end),
  };
}

function headersOf(block: string): Headers {
  const known = knownBlocks.get(block);
  if (known !== undefined) return known;
  const headers = parseHeaders(Buffer.from(block, "latin1"));
  if (knownBlocks.size < MOST_KNOWN_BLOCKS) knownBlocks.set(block, headers);
  return headers;
}

function parseHeaders(block: Buffer): Headers {
  const headers = new Map<string, string>();
  let at = 0;
  const take = (length: number): number => {
    at += length;
    if (at > block.length) throw new MalformedFrameError("a message's headers end too early");
    return at - length;
  };
  while (at < block.length) {
    const nameLength = block.readUInt8(take(1));
    const name = block.toString("utf8", take(nameLength), at);
    const type = block.readUInt8(take(1));
    const isCounted = type === BINARY_TYPE || type === STRING_TYPE;
    const length = isCounted ? block.readUInt16BE(take(2)) : VALUE_BYTES[type];
    if (length === undefined) throw new MalformedFrameError("a message's header is of no known type");
    const valueStart = take(length);
    if (type === STRING_TYPE) headers.set(name, block.toString("utf8", valueStart, at));
  }
  return headers;
}
