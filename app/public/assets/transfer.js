import { ApiError, request } from "./api.js";

/**
 * An object that has arrived whole.
 *
 * @typedef {object} Transferred
 * @property {Blob} blob
 * @property {string} digest Its SHA-256 in hexadecimal; empty where the browser could not take it.
 * @property {"same" | "different" | "none" | "untaken"} comparison With the digest the API sent, if it sent one.
 */

/**
 * Downloads an object and takes its digest. The whole of it is held in the browser: WebCrypto cannot take a digest
 * piece by piece.
 *
 * @param {string} key
 * @param {AbortSignal} signal
 * @param {(received: number, size: number) => void} onProgress Told of bytes; the size is NaN where it is not known.
 * @returns {Promise<Transferred>}
 * @throws ApiError; AbortError when the signal says so.
 */
export async function fetchObject(key, signal, onProgress) {
  const response = await request(pathOf(key), { signal });
  // Of a compressed object the browser shows only the contents, which size and digest are not about.
  const isAsStored = !response.headers.has("content-encoding");
  const size = isAsStored ? Number(response.headers.get("x-object-size")) : NaN;
  const blob = await receive(response, (received) => onProgress(received, size)).catch((error) => {
    if (signal.aborted) throw error;
    throw new ApiError("The connection broke off before the object was complete. Nothing was saved.");
  });
  if (!Number.isNaN(size) && blob.size !== size) {
    throw new ApiError("The object came to an end too early. Nothing was saved.");
  }
  const digest = await digestOf(blob);
  return { blob, digest, comparison: compare(digest, isAsStored ? sentDigest(response) : undefined) };
}

/** @param {Blob} blob */
async function digestOf(blob) {
  try {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())));
  } catch {
    // A file of some gigabytes, or on a phone of less, is more than the browser takes into memory in one piece.
    return "";
  }
}

/**
 * @param {string} digest
 * @param {string | undefined} sent
 * @returns {Transferred["comparison"]}
 */
function compare(digest, sent) {
  if (digest === "") return "untaken";
  if (sent === undefined) return "none";
  return sent === digest ? "same" : "different";
}

/** @param {string} key */
function pathOf(key) {
  const segments = key.split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw new ApiError("A browser cannot ask for a key with a . or .. between slashes.");
  }
  return `download/${segments.map(encodeURIComponent).join("/")}`;
}

/**
 * @param {Response} response
 * @param {(received: number) => void} onProgress
 */
async function receive(response, onProgress) {
  let received = 0;
  const counter = new TransformStream({
    transform(/** @type {Uint8Array} */ chunk, controller) {
      received += chunk.byteLength;
      onProgress(received);
      controller.enqueue(chunk);
    },
  });
  onProgress(0);
  // Not under its own type: opened as a page, an object would be of this origin.
  const headers = { "content-type": "application/octet-stream" };
  return await new Response(response.body?.pipeThrough(counter) ?? null, { headers }).blob();
}

/** @param {Response} response */
function sentDigest(response) {
  const [, base64] = /(?:^|,\s*)sha-256=:([\w+/=]+):/.exec(response.headers.get("repr-digest") ?? "") ?? [];
  return base64 && hex(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
