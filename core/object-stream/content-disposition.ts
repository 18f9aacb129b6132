import { encodeExtended, format } from "content-disposition";
import { Refusal } from "../refusal.ts";
import { asciiFileName, fileNameFor, LONGEST_FILENAME_BYTES } from "./file-name.ts";

/**
 * What a browser may show in place. The files are their uploader's, and a page of theirs must never run beside
 * ours: no HTML, no XML and so no SVG.
 */
const SHOWN_INLINE =
  /^(?:application\/pdf|text\/plain|image\/(?:apng|avif|bmp|gif|jpeg|png|webp|x-icon|vnd\.microsoft\.icon)|(?:audio|video)\/[\w.+-]+)$/;

/** The query parameters of a download. */
export interface DownloadParameters {
  /** `attachment` or `inline`; `attachment` when left out. */
  readonly disposition?: string;
  /** Name to save under; the object's own, then the last segment of the key when left out. */
  readonly filename?: string;
}

/** @throws Refusal `invalid_parameter`. */
export function requireValidParameters({ disposition, filename = "" }: DownloadParameters): void {
  if (disposition !== undefined && disposition !== "attachment" && disposition !== "inline") {
    throw new Refusal("invalid_parameter", 'The parameter "disposition" is "attachment" or "inline".');
  }
  if (Buffer.byteLength(filename) > LONGEST_FILENAME_BYTES) {
    throw new Refusal(
      "invalid_parameter",
      `The parameter "filename" is longer than ${LONGEST_FILENAME_BYTES} bytes of UTF-8.`,
    );
  }
}

/**
 * The `Content-Disposition` of an object: what the caller asks for, except that only harmless content types are
 * shown inline. Made anew whatever was stored, and never with a line break.
 *
 * @param stored The `Content-Disposition` the object was stored with.
 * Source: RFC 6266 and RFC 8187.
 */
export function contentDisposition(
  key: string,
  contentType: string,
  { disposition, filename }: DownloadParameters,
  stored?: string,
): string {
  const essence = contentType.split(";", 1).join().trim().toLowerCase();
  const type = disposition === "inline" && SHOWN_INLINE.test(essence) ? "inline" : "attachment";
  const name = fileNameFor(key, stored, filename);
  return name === "" ? type : format({ type, parameters: nameParameters(name) }, { extended: false });
}

function nameParameters(name: string): Record<string, string> {
  const ascii = asciiFileName(name);
  // Some clients decode percent escapes in the plain form.
  if (ascii === name && !/%[0-9A-Fa-f]{2}/.test(name)) return { filename: name };
  return { filename: ascii, "filename*": encodeExtended(name) };
}
