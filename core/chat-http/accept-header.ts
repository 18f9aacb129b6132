/** One media range of an `Accept` header. Parameters other than `q` play no part here. */
export interface MediaRange {
  /** Lower case. Format: `text/event-stream`, `text/*`, or `*` + `/*`. */
  readonly type: string;
  /** 0, which excludes, to 1. */
  readonly quality: number;
}

const MEDIA_RANGE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Reads an `Accept` header. Leaves out what cannot be understood; no header, or an empty one, accepts everything.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
export function parseAccept(accept: string | undefined): MediaRange[] {
  if (accept === undefined || accept.trim() === "") return [{ type: "*/*", quality: 1 }];
  return accept.split(",").flatMap(parseRange);
}

function parseRange(text: string): MediaRange[] {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice("q=".length) ?? "1";
  return MEDIA_RANGE.test(type) && QUALITY.test(quality) ? [{ type, quality: Number(quality) }] : [];
}

/** The quality that the most specific of the ranges gives to a media type; 0 when none covers it. */
export function qualityOf(mediaType: string, ranges: readonly MediaRange[]): number {
  const anySubtype = `${mediaType.split("/")[0]}/*`;
  for (const type of [mediaType, anySubtype, "*/*"]) {
    const matching = ranges.filter((range) => range.type === type);
    if (matching.length > 0) return Math.max(...matching.map(({ quality }) => quality));
  }
  return 0;
}
