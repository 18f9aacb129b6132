import type { HttpRequest } from "../http.ts";
import {
  conditionsForS3,
  ifRangeForS3,
  lastLines,
  readConditions,
  readIfRange,
  type Conditions,
  type IfRange,
  type S3Conditions,
} from "./conditional-headers.ts";
import { requireValidParameters, type DownloadParameters } from "./content-disposition.ts";
import { readRange } from "./range-header.ts";

/** What a request wants of an object, read once. */
export interface DownloadPlan {
  readonly method: "GET" | "HEAD";
  readonly parameters: DownloadParameters;
  /** Format: `bytes=0-99`; `undefined`: the whole object. */
  readonly range: string | undefined;
  /** On which condition the range counts. */
  readonly ifRange: IfRange | undefined;
  readonly conditions: Conditions;
  /** Those of the conditions that S3 decides. */
  readonly s3Conditions: S3Conditions;
}

/** @throws Refusal `invalid_parameter`. */
export function readDownloadPlan({
  method,
  headers,
  query,
}: Pick<HttpRequest, "method" | "headers" | "query">): DownloadPlan {
  const { disposition, filename } = query;
  const parameters: DownloadParameters = {
    ...(disposition !== undefined && { disposition }),
    ...(filename !== undefined && { filename }),
  };
  requireValidParameters(parameters);
  const lines = lastLines(headers);
  const range = method === "HEAD" ? undefined : readRange(lines["range"]);
  const ifRange = lines["if-range"];
  const conditions = readConditions(lines);
  return {
    method: method === "HEAD" ? "HEAD" : "GET",
    parameters,
    range,
    ifRange: range === undefined || ifRange === undefined ? undefined : readIfRange(ifRange),
    conditions,
    s3Conditions: conditionsForS3(conditions),
  };
}

/** What S3 is asked for a part on: GetObject has no If-Range, so the part is asked for only of the same object. */
export function partConditions({ ifRange, s3Conditions }: DownloadPlan): S3Conditions {
  return ifRange === undefined ? s3Conditions : { ...ifRangeForS3(ifRange), ...s3Conditions };
}
