import { createHash } from "node:crypto";
import { decodeExtended, parse } from "content-disposition";
import { lastSegment } from "./object-key.ts";

/** The longest name the usual file systems store. */
export const LONGEST_FILENAME_BYTES = 255;

/** Control characters and line separators, and marks that write a name backwards, so that `gpj.exe` reads as `exe.jpg`. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/**
 * The name to save an object under: the one asked for, the one it was stored with, or its key's last segment.
 *
 * @param asked The query parameter `filename`.
 * @param stored The object's `Content-Disposition`, of which only the name is read.
 * @returns Empty when none of them has a name.
 */
export function fileNameFor(key: string, stored: string | undefined, asked: string | undefined): string {
  return (
    cleaned(lastPart(asked ?? "")) || cleaned(lastPart(storedFileName(stored))) || cleaned(lastSegment(key))
  );
}

/** `filename*`, else `filename`. Empty for a value that cannot be read. */
function storedFileName(stored: string | undefined): string {
  if (stored === undefined) return "";
  const { filename = "", "filename*": extended = "" } = parse(asText(stored), { extended: false }).parameters;
  return decodeExtended(extended) ?? filename;
}

/** Headers come as ISO 8859-1; uploaders write UTF-8 into them all the same. */
function asText(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}

/** The part after the last separator of any system: a name with folders in it would leave it to the client to cut them off. */
function lastPart(name: string): string {
  return /[^/\\]*$/.exec(name)?.[0] ?? "";
}

function cleaned(name: string): string {
  const safe = name
    .replaceAll(/\p{Surrogate}/gu, "\ufffd")
    .replaceAll(UNSAFE, "_")
    .replaceAll(/^ +| +$/g, "");
  return safe === "." || safe === ".." ? "" : shortened(safe, LONGEST_FILENAME_BYTES);
}

/** Takes off the end of the name before its extension. */
function shortened(name: string, bytes: number): string {
  if (Buffer.byteLength(name) <= bytes) return name;
  const [stem, extension] = splitExtension(name);
  let kept = "";
  let left = bytes - extension.length;
  for (const character of stem) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return kept + extension;
}

function splitExtension(name: string): [stem: string, extension: string] {
  const extension = /(?<=.)\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0] ?? "";
  return [name.slice(0, name.length - extension.length), extension];
}

/** Names of devices, which Windows takes for no files. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The name for clients that read `filename` alone: ASCII, and no character that Windows forbids. A name that had to be
 * changed carries a digest of the whole, so that two of them are never the same file.
 */
export function asciiFileName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    // \x22 is the quotation mark.
    .replaceAll(/(?:[^\x20-\x7e]|[<>:\x22/\\|?*])+/g, "_")
    .replaceAll(/[. ]+$/g, "");
  if (plain === name && !WINDOWS_DEVICE.test(name)) return name;
  const [stem, extension] = splitExtension(plain);
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const kept = stem.replaceAll(/^_+|_+$/g, "") || "file";
  const end = `-${digest}${extension}`;
  return kept.slice(0, LONGEST_FILENAME_BYTES - end.length) + end;
}
