import { S3Error } from "./errors.ts";

/**
 * Takes the `aws-chunked` coding off a request body, however it was cut on the way.
 *
 * @param onTrailer Called for each trailing header once the data has ended.
 * @throws S3Error IncompleteBody when the body ends early or breaks the format
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const reader = new LineReader(body);
  for (;;) {
    const size = await reader.line();
    if (!/^[0-9a-f]+(;.*)?$/i.test(size)) throw malformed();
    let missing = Number.parseInt(size, 16);
    if (missing === 0) break;
    while (missing > 0) {
      const data = await reader.atMost(missing);
      missing -= data.length;
      yield data;
    }
    if ((await reader.line()) !== "") throw malformed();
  }
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed();
    onTrailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** A chunk's size line or a trailer is longer than this only when something is wrong. */
const MAX_LINE_BYTES = 4096;

class LineReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** @returns The next line without its CRLF. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffered.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#buffered.toString("latin1", 0, end);
        this.#buffered = this.#buffered.subarray(end + 2);
        return line;
      }
      if (this.#buffered.length > MAX_LINE_BYTES) throw malformed();
      this.#buffered = Buffer.concat([this.#buffered, await this.#next()]);
    }
  }

  /** @returns One byte at least. */
  async atMost(bytes: number): Promise<Buffer> {
    if (this.#buffered.length === 0) this.#buffered = await this.#next();
    const data = this.#buffered.subarray(0, bytes);
    this.#buffered = this.#buffered.subarray(data.length);
    return data;
  }

  async #next(): Promise<Buffer> {
    const next = await this.#source.next();
    if (next.done === true) throw malformed();
    return next.value;
  }
}

function malformed(): S3Error {
  return new S3Error("IncompleteBody", "The aws-chunked body ends early or is malformed.");
}
