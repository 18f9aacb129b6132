import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Writable } from "node:stream";
import { SignatureV4 } from "@smithy/signature-v4";
import type { RestProxyEvent } from "../contract/rest-proxy-event.ts";
import type { ResponseStream } from "../lambda/awslambda.ts";

/*
 * The founding document's smallest download function: one plain request to S3, piped into the response. It reads a public
 * bucket there; the one here is private, so the request is signed.
 */

/** SHA-256 as the signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", Buffer.from(secret as Uint8Array));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error("One hash is made for each value.");
  }
}

const { BUCKET, AWS_REGION = "", AWS_ENDPOINT_URL_S3 = "", ...environment } = process.env;
const signer = new SignatureV4({
  service: "s3",
  region: AWS_REGION,
  sha256: Sha256,
  uriEscapePath: false,
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    ...(environment.AWS_SESSION_TOKEN !== undefined && { sessionToken: environment.AWS_SESSION_TOKEN }),
  },
});

/** Lambda calls this. */
export const handler = awslambda.streamifyResponse(async (event: RestProxyEvent, stream: ResponseStream) => {
  const response = awslambda.HttpResponseStream.from(stream, {
    statusCode: 200,
    headers: {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": 'attachment; filename="file.bin"',
    },
  });
  const url = new URL(`/${BUCKET}/${event.pathParameters?.key}`, AWS_ENDPOINT_URL_S3);
  const { headers } = await signer.sign({
    method: "GET",
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
  });
  await new Promise<void>((resolve, reject) => {
    get(url, { headers }, (answer: IncomingMessage) => {
      if (answer.statusCode !== 200) {
        reject(new Error(`S3 GET failed: ${answer.statusCode}`));
        return;
      }
      pipeline(answer, response as unknown as Writable).then(resolve, reject);
    }).on("error", reject);
  });
});
