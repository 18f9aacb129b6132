/** Bytes of an object, first and last included, as `Content-Range` counts them. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Cuts the bytes from `first` to the end into ranges of at most `rangeBytes`, in order. */
export function splitRange({ first, last }: ByteRange, rangeBytes: number): ByteRange[] {
  const count = Math.max(0, Math.ceil((last - first + 1) / rangeBytes));
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * rangeBytes;
    return { first: start, last: Math.min(start + rangeBytes - 1, last) };
  });
}

export function lengthOf({ first, last }: ByteRange): number {
  return last - first + 1;
}

export function totalLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, range) => sum + lengthOf(range), 0);
}

/** @returns The part and the size of the whole; `undefined` for anything but `bytes {first}-{last}/{size}`. */
export function readContentRange(
  value: string | null,
): { readonly range: ByteRange; readonly size: number } | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(value ?? "");
  if (match === null) return undefined;
  const [first = 0, last = 0, size = 0] = match.slice(1).map(Number);
  return first <= last && last < size ? { range: { first, last }, size } : undefined;
}
