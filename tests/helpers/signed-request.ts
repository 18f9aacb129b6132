import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../local/iam/caller.ts";

/** A request to be signed, and whatever is to be odd about its signature. */
export interface Unsigned {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly service?: string;
  readonly region?: string;
  readonly signingDate?: Date;
}

/** The headers of a request to an API, signed by AWS's own code; without `Host`, which every client sends by itself. */
export async function signedHeaders(
  url: string,
  credentials: Credentials,
  { method = "GET", headers = {}, body = "", ...scope }: Unsigned = {},
): Promise<Record<string, string>> {
  const { host, hostname, pathname, searchParams } = new URL(url);
  const { service = "execute-api", region = "eu-west-1", signingDate = new Date() } = scope;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const signed = await signer.sign(
    {
      method,
      protocol: "http:",
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host },
      body,
    },
    { signingDate },
  );
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== "host"));
}

/** Fetches what is signed for the caller. */
export async function fetchSigned(
  url: string,
  credentials: Credentials,
  unsigned: Unsigned = {},
): Promise<Response> {
  const { method = "GET", body } = unsigned;
  const headers = await signedHeaders(url, credentials, unsigned);
  return fetch(url, { method, headers, ...(body !== undefined && { body }) });
}

class Sha256 {
  #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    this.#hash = createHash("sha256");
  }
}
