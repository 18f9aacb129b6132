import { createHash } from "node:crypto";
import type { IncrementalHash } from "../download/download-object.ts";

/** SHA-256 by Node.js, for `createHash` of a download. */
export function sha256(): IncrementalHash {
  const hash = createHash("sha256");
  return {
    update: (bytes) => hash.update(bytes),
    digest: () => hash.digest("base64"),
  };
}
