import { listItems, parseMediaType } from "./media-type.ts";

/** One media range of an `Accept` header. Parameters other than `q` play no part here. */
export interface MediaRange {
  /** Lower case. Format: `text/event-stream`, `text/*`, or `*` + `/*`. */
  readonly type: string;
  /** 0, which excludes, to 1. */
  readonly quality: number;
}

/** How much a media type is wanted. */
export interface Preference {
  /** 0: not at all. */
  readonly quality: number;
  /** Place in the header of the range that says so; those that name the type come before those with a `*`. */
  readonly place: number;
}

const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Reads an `Accept` header. Leaves out what cannot be understood; no header, or an empty one, accepts everything.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
export function parseAccept(accept: string | undefined): MediaRange[] {
  if (accept === undefined || accept.trim() === "") return [{ type: "*/*", quality: 1 }];
  return listItems(accept).flatMap(parseRange);
}

function parseRange(text: string): MediaRange[] {
  const range = parseMediaType(text);
  const quality = range?.parameters.get("q") ?? "1";
  return range && QUALITY.test(quality) ? [{ type: range.essence, quality: Number(quality) }] : [];
}

/** What the most specific of the ranges says of a media type. */
export function preferenceFor(mediaType: string, ranges: readonly MediaRange[]): Preference {
  const anySubtype = `${mediaType.split("/")[0]}/*`;
  for (const type of [mediaType, anySubtype, "*/*"]) {
    const matching = ranges.filter((range) => range.type === type);
    if (matching.length === 0) continue;
    const quality = Math.max(...matching.map((range) => range.quality));
    const place = ranges.findIndex((range) => range.type === type && range.quality === quality);
    return { quality, place: type === mediaType ? place : ranges.length + place };
  }
  return { quality: 0, place: Infinity };
}

/** Whether one is better: by quality, and among equals by its place. */
export function isPreferred(one: Preference, other: Preference): boolean {
  return one.quality === other.quality ? one.place < other.place : one.quality > other.quality;
}
