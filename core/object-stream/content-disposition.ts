import { create } from "content-disposition";
import { Refusal } from "../refusal.ts";
import { lastSegment } from "./object-key.ts";

/** The longest name the usual file systems store. */
const LONGEST_FILENAME_BYTES = 255;

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
  /** Name to save under; the last segment of the key when left out. */
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
 * shown inline. Never holds a line break: the library escapes what no header can carry.
 *
 * Source: RFC 6266 and RFC 8187.
 */
export function contentDisposition(
  key: string,
  contentType: string,
  { disposition, filename }: DownloadParameters,
): string {
  const essence = contentType.split(";", 1).join().trim().toLowerCase();
  const type = disposition === "inline" && SHOWN_INLINE.test(essence) ? "inline" : "attachment";
  // A name with folders in it would leave it to the client to cut them off.
  const name = lastSegment(filename ?? "") || lastSegment(key);
  return create(name === "" ? undefined : name.replaceAll(/\p{Surrogate}/gu, "\ufffd"), { type });
}
