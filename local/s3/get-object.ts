import type { IncomingHttpHeaders } from "node:http";
import { open } from "node:fs/promises";
import { resolveRange, type ByteRange } from "./byte-range.ts";
import { S3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { sendObjectBytes } from "./object-bytes.ts";
import { weighPreconditions } from "./preconditions.ts";
import type { StoredObject } from "./stored-object.ts";

/**
 * GetObject and HeadObject.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function getObject(exchange: Exchange): Promise<void> {
  const { request, response, bucket, key, access } = exchange;
  access.requireObject("s3:GetObject", key);
  const object = await bucket.find(key);
  if (object === undefined) {
    // Only who may list the bucket may learn that a key is missing. AWS is seen to take the key for the prefix there
    // (https://github.com/ceph/ceph/pull/68577, https://github.com/kopia/kopia/pull/3072), but does not document it.
    access.requireBucket("s3:ListBucket", { "s3:prefix": key });
    throw new S3Error("NoSuchKey", "The specified key does not exist.", { Key: key });
  }
  const range = evaluateHeaders(request.headers, object);
  if (range === "notModified") {
    response.writeHead(304, validators(object)).end();
    return;
  }
  const head = range === "whole" ? wholeHead(request.headers, object) : partHead(object, range);
  if (request.method === "HEAD") {
    response.writeHead(...head).end();
    return;
  }
  const file = await open(object.path);
  try {
    response.writeHead(...head);
    await sendObjectBytes(file, object, range, {
      response,
      record: exchange.record,
      fault: exchange.faults.takeBodyFault(key),
    });
  } finally {
    await file.close();
  }
}

/** @throws S3Error PreconditionFailed, InvalidRange */
function evaluateHeaders(
  headers: IncomingHttpHeaders,
  object: StoredObject,
): ByteRange | "whole" | "notModified" {
  const precondition = weighPreconditions(headers, object);
  if (precondition === "notModified") return precondition;
  if (precondition !== "proceed") {
    throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
      Condition: precondition,
    });
  }
  const range = resolveRange(headers.range, object.size);
  if (range !== "unsatisfiable") return range;
  throw new S3Error("InvalidRange", "The requested range is not satisfiable", {
    RangeRequested: headers.range ?? "",
    ActualObjectSize: object.size,
  });
}

type Head = [statusCode: number, headers: Record<string, string | number>];

function wholeHead(headers: IncomingHttpHeaders, object: StoredObject): Head {
  const checksums =
    headers["x-amz-checksum-mode"]?.toString().toUpperCase() === "ENABLED" && hasMembers(object.checksums)
      ? { ...object.checksums, "x-amz-checksum-type": "FULL_OBJECT" }
      : {};
  return [200, { ...representation(object), "content-length": object.size, ...checksums }];
}

/** Without the checksums: they are the whole object's, and the SDK would hold them against the part. */
function partHead(object: StoredObject, { firstByte, lastByte }: ByteRange): Head {
  return [
    206,
    {
      ...representation(object),
      "content-length": lastByte - firstByte + 1,
      "content-range": `bytes ${firstByte}-${lastByte}/${object.size}`,
    },
  ];
}

function representation(object: StoredObject): Record<string, string> {
  return { ...object.headers, ...validators(object), "accept-ranges": "bytes" };
}

function validators({ etag, lastModified }: StoredObject): Record<string, string> {
  return { etag, "last-modified": lastModified.toUTCString() };
}

function hasMembers(object: object): boolean {
  return Object.keys(object).length > 0;
}
