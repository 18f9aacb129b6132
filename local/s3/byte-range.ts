/** A part of an object, both ends included, as in `Content-Range`. */
export interface ByteRange {
  readonly firstByte: number;
  readonly lastByte: number;
}

/**
 * Reads a Range header against an object's size.
 *
 * @returns The part asked for; `"whole"` when there is no header, when it is malformed, or when it names several
 * parts, which S3 does not serve; `"unsatisfiable"` when the part lies beyond the object.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function resolveRange(
  header: string | undefined,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? "") ?? [];
  if (first === "") {
    if (last === "") return "whole";
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { firstByte: size - length, lastByte: size - 1 };
  }
  const firstByte = Number(first);
  const lastByte = last === "" ? Infinity : Number(last);
  if (firstByte > lastByte) return "whole";
  return firstByte >= size ? "unsatisfiable" : { firstByte, lastByte: Math.min(lastByte, size - 1) };
}
