import { compareBytes, type Bucket } from "./bucket.ts";
import { S3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { escapeXml, xmlDeclaration } from "./xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, "max-keys" */
const MAX_KEYS = 1000;

/** One line of a listing: a key, or the prefix that several keys share up to the delimiter. */
interface Entry {
  readonly name: string;
  readonly isCommonPrefix: boolean;
}

/** ListObjectsV2. */
export async function listObjects(exchange: Exchange): Promise<void> {
  const { response, bucket, query, access } = exchange;
  access.requireBucket("s3:ListBucket", {
    "s3:prefix": query.get("prefix") ?? undefined,
    "s3:delimiter": query.get("delimiter") ?? undefined,
  });
  const prefix = query.get("prefix") ?? "";
  const maxKeys = parseMaxKeys(query.get("max-keys"));
  const [startAfter, startAfterEntry] = [
    query.get("start-after") ?? "",
    parseToken(query.get("continuation-token")),
  ];

  const keys = (await bucket.keys(prefix)).filter((key) => compareBytes(key, startAfter) > 0);
  const entries = group(keys, prefix, query.get("delimiter") ?? "").filter(
    ({ name }) => compareBytes(name, startAfterEntry) > 0,
  );
  const page = entries.slice(0, maxKeys);
  const result = await render(exchange, {
    page,
    maxKeys,
    isTruncated: maxKeys > 0 && entries.length > maxKeys,
  });
  response.writeHead(200, { "content-type": "application/xml" }).end(result);
}

async function render(
  { bucketName, bucket, query }: Exchange,
  { page, maxKeys, isTruncated }: { page: readonly Entry[]; maxKeys: number; isTruncated: boolean },
): Promise<string> {
  const encode = encoderFor(query.get("encoding-type"));
  const echo = (name: string, parameter: string, form = (text: string) => text) => {
    const value = query.get(parameter);
    return value === null ? "" : element(name, form(value));
  };
  const elements = [
    element("Name", bucketName),
    element("Prefix", encode(query.get("prefix") ?? "")),
    element("MaxKeys", maxKeys),
    element("KeyCount", page.length),
    element("IsTruncated", isTruncated),
    echo("Delimiter", "delimiter", encode),
    echo("StartAfter", "start-after", encode),
    echo("EncodingType", "encoding-type"),
    echo("ContinuationToken", "continuation-token"),
    isTruncated ? element("NextContinuationToken", formatToken(page.at(-1)?.name ?? "")) : "",
    ...(await Promise.all(page.map((entry) => describe(entry, bucket, encode)))),
  ];
  const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
  return `${xmlDeclaration}<ListBucketResult xmlns="${namespace}">${elements.join("")}</ListBucketResult>`;
}

/** Puts the keys that share a prefix up to the delimiter behind that prefix. Keeps the order. */
function group(keys: readonly string[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  for (const key of keys) {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? key : key.slice(0, end + delimiter.length);
    if (entries.at(-1)?.name !== name) entries.push({ name, isCommonPrefix: end >= 0 });
  }
  return entries;
}

async function describe(entry: Entry, bucket: Bucket, encode: (text: string) => string): Promise<string> {
  if (entry.isCommonPrefix)
    return `<CommonPrefixes>${element("Prefix", encode(entry.name))}</CommonPrefixes>`;
  const object = await bucket.find(entry.name);
  if (object === undefined) return "";
  const elements = [
    element("Key", encode(entry.name)),
    element("LastModified", object.lastModified.toISOString()),
    element("ETag", object.etag),
    element("Size", object.size),
    element("StorageClass", "STANDARD"),
  ];
  return `<Contents>${elements.join("")}</Contents>`;
}

function parseMaxKeys(value: string | null): number {
  if (value === null) return MAX_KEYS;
  if (!/^\d+$/.test(value)) {
    throw new S3Error("InvalidArgument", "Provided max-keys not an integer or within integer range", {
      ArgumentName: "max-keys",
      ArgumentValue: value,
    });
  }
  return Math.min(Number(value), MAX_KEYS);
}

/** A token is the last entry of the page before, so that a page begins where that ended whatever was added since. */
function formatToken(lastName: string): string {
  return Buffer.from(lastName).toString("base64url");
}

function parseToken(token: string | null): string {
  const lastName = Buffer.from(token ?? "", "base64url").toString();
  if (formatToken(lastName) === (token ?? "")) return lastName;
  throw new S3Error("InvalidArgument", "The continuation token provided is incorrect", {
    ArgumentName: "continuation-token",
  });
}

function encoderFor(encodingType: string | null): (text: string) => string {
  if (encodingType === null) return (text) => text;
  if (encodingType === "url") return encodeForUrl;
  throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request", {
    ArgumentName: "encoding-type",
    ArgumentValue: encodingType,
  });
}

/** Form encoding that leaves `/` and `*` alone. */
function encodeForUrl(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1).replaceAll("%2F", "/");
}

function element(name: string, value: string | number | boolean): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}
