import type { GetObjectCommandInput } from "@aws-sdk/client-s3";

/** Names in lower case, one value each. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/**
 * Of a header that is sent in several lines the last: it is the one that the Lambda Web Adapter passes on, so that all
 * ways to download answer alike.
 *
 * @param lines By lower-case name, the values in the order of their lines.
 */
export function lastLines(lines: Readonly<Record<string, readonly string[] | undefined>>): RequestHeaders {
  return Object.fromEntries(Object.entries(lines).map(([name, values]) => [name, values?.at(-1)]));
}

/** What tells one state of an object from another. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string;
  /** In whole seconds. */
  readonly lastModified: Date | undefined;
}

/** The conditions of a request that count: a date is ignored beside an entity tag of the same kind. */
export interface Conditions {
  readonly ifMatch?: string;
  readonly ifUnmodifiedSince?: Date;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: Date;
}

/** Conditions in the form GetObject and HeadObject take. */
export type S3Conditions = Pick<
  GetObjectCommandInput,
  "IfMatch" | "IfUnmodifiedSince" | "IfNoneMatch" | "IfModifiedSince"
>;

/** Source: RFC 9110 section 13.2.2. */
export function readConditions(headers: RequestHeaders): Conditions {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  const ifUnmodifiedSince = readHttpDate(headers["if-unmodified-since"]);
  const ifModifiedSince = readHttpDate(headers["if-modified-since"]);
  return {
    ...(ifMatch !== undefined ? { ifMatch } : ifUnmodifiedSince && { ifUnmodifiedSince }),
    ...(ifNoneMatch !== undefined ? { ifNoneMatch } : ifModifiedSince && { ifModifiedSince }),
  };
}

/**
 * The conditions S3 can decide before it opens a body: dates and single entity tags. How it reads lists, `*` and
 * weak tags is not documented; `evaluateConditions` decides those on its answer.
 */
export function conditionsForS3(conditions: Conditions): S3Conditions {
  const { ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince } = conditions;
  const match = ifMatch === undefined ? undefined : singleStrongTag(ifMatch);
  const noneMatch = ifNoneMatch === undefined ? undefined : singleStrongTag(ifNoneMatch);
  return {
    ...(match !== undefined && { IfMatch: match }),
    ...(ifUnmodifiedSince && { IfUnmodifiedSince: ifUnmodifiedSince }),
    ...(noneMatch !== undefined && { IfNoneMatch: noneMatch }),
    ...(ifModifiedSince && { IfModifiedSince: ifModifiedSince }),
  };
}

/** Whether an object in this state may be sent, in the order of RFC 9110 section 13.2.2. */
export function evaluateConditions(
  conditions: Conditions,
  { etag, lastModified }: Validators,
): "hold" | "precondition_failed" | "not_modified" {
  const { ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince } = conditions;
  if (ifMatch !== undefined && !listsTag(ifMatch, etag)) return "precondition_failed";
  if (ifUnmodifiedSince && lastModified && lastModified > ifUnmodifiedSince) return "precondition_failed";
  if (ifNoneMatch !== undefined && listsTag(ifNoneMatch.replaceAll('W/"', '"'), etag)) return "not_modified";
  if (ifModifiedSince && lastModified && lastModified <= ifModifiedSince) return "not_modified";
  return "hold";
}

/** What an `If-Range` header demands of the object; `undefined` in both members never holds. */
export interface IfRange {
  readonly etag?: string;
  readonly lastModified?: Date;
}

/** A weak tag, or what is neither a tag nor a date, demands what no object meets. */
export function readIfRange(header: string): IfRange {
  const etag = singleStrongTag(header);
  if (etag !== undefined) return { etag };
  const lastModified = readHttpDate(header);
  return lastModified ? { lastModified } : {};
}

/** The same demand in a form that makes S3 refuse a part of a changed object, as GetObject has no If-Range. */
export function ifRangeForS3({ etag, lastModified }: IfRange): S3Conditions {
  return {
    ...(etag !== undefined && { IfMatch: etag }),
    ...(lastModified && { IfUnmodifiedSince: lastModified }),
  };
}

/** Strong comparison of tags, exact comparison of dates. Source: RFC 9110 section 13.1.5. */
export function ifRangeHolds(ifRange: IfRange, { etag, lastModified }: Validators): boolean {
  if (ifRange.etag !== undefined) return ifRange.etag === etag;
  return ifRange.lastModified !== undefined && ifRange.lastModified.getTime() === lastModified?.getTime();
}

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g;

function singleStrongTag(value: string): string | undefined {
  return /^\s*("[\x21\x23-\x7e]*")\s*$/.exec(value)?.[1];
}

/** Strong comparison: a weak tag in the list equals nothing. */
function listsTag(list: string, etag: string): boolean {
  return list.trim() === "*" || list.match(ENTITY_TAG)?.some((tag) => tag === etag) === true;
}

/** The three forms of RFC 9110 section 5.6.7: today's, RFC 850's and that of C's `asctime`. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:[0-5]\d GMT$/,
  /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:[0-5]\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:[0-5]\d \d{4}$/,
];

/** @returns `undefined` for what is no date in one of the three forms. */
export function readHttpDate(value: string | undefined): Date | undefined {
  if (value === undefined || !HTTP_DATES.some((form) => form.test(value))) return undefined;
  const date = new Date(value.endsWith("GMT") ? value : `${value} GMT`);
  // Each form has the day ahead of all other numbers; the 31st of February would become the 2nd of March.
  return date.getUTCDate() === Number(/\d+/.exec(value)?.[0]) ? date : undefined;
}
