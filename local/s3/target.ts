import type { IncomingMessage } from "node:http";
import { S3Error } from "./errors.ts";

/** The operations simulated here, by the names of S3's API reference. */
export type S3Operation = "GetObject" | "HeadObject" | "PutObject" | "DeleteObject" | "ListObjectsV2";

/** Bucket, key and query of a request, from its path-style URL. */
export interface Target {
  /** `undefined` for everything S3 does beyond this simulation. */
  readonly operation: S3Operation | undefined;
  readonly bucket: string;
  /** Empty for operations on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Query parameters of an operation; `x-id` is the SDK's own label. Any other would change its meaning. */
const queryParameters: Readonly<Record<S3Operation, readonly string[]>> = {
  GetObject: ["x-id"],
  HeadObject: ["x-id"],
  PutObject: ["x-id"],
  DeleteObject: ["x-id"],
  ListObjectsV2: [
    "continuation-token",
    "delimiter",
    "encoding-type",
    "list-type",
    "max-keys",
    "prefix",
    "start-after",
    "x-id",
  ],
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** @throws S3Error KeyTooLongError, or InvalidURI when the path is not UTF-8 in percent-encoding */
export function parseTarget(request: IncomingMessage): Target {
  const [, path = "", search = ""] = /^\/([^?]*)\??(.*)$/.exec(request.url ?? "") ?? [];
  const [, bucket = "", key = ""] = /^([^/]*)\/?(.*)$/s.exec(decode(path)) ?? [];
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error("KeyTooLongError", "Your key is too long");
  const query = new URLSearchParams(search);
  const operation = nameOperation(request.method, key, query);
  const isSimulated =
    operation !== undefined && [...query.keys()].every((name) => queryParameters[operation].includes(name));
  return { operation: isSimulated ? operation : undefined, bucket, key, query };
}

function nameOperation(method = "", key: string, query: URLSearchParams): S3Operation | undefined {
  if (key === "") return method === "GET" && query.get("list-type") === "2" ? "ListObjectsV2" : undefined;
  return ({ GET: "GetObject", HEAD: "HeadObject", PUT: "PutObject", DELETE: "DeleteObject" } as const)[
    method
  ];
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error("InvalidURI", "Couldn't parse the specified URI.");
  }
}
