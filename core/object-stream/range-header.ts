/** The bytes of an object, first and last included, as `Content-Range` counts them. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a `Range` header the way S3 is to be asked.
 *
 * Only one range of bytes makes a partial answer. Several ranges, other units and malformed values are ignored,
 * as RFC 9110 section 14.2 allows: the answer is then the whole object.
 *
 * @returns The range in its plainest form, `bytes=0-99`, `bytes=100-` or `bytes=-100`; `undefined` to ignore it.
 */
export function readRange(header: string | undefined): string | undefined {
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") return `bytes=-${offset(last)}`;
  if (last === "") return `bytes=${offset(first)}-`;
  return offset(first) <= offset(last) ? `bytes=${offset(first)}-${offset(last)}` : undefined;
}

/** No object comes near the largest safe integer, so anything beyond it means the same. */
function offset(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

/** @returns The part and the size of the whole, or `undefined` for anything but `bytes {first}-{last}/{size}`. */
export function readContentRange(header: string): { range: ByteRange; size: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header);
  if (match === null) return undefined;
  const [first = 0, last = 0, size = 0] = match.slice(1).map(Number);
  return first <= last && last < size ? { range: { first, last }, size } : undefined;
}
