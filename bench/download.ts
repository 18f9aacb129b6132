import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { LocalOutput, StackOutputs } from "../contract/stack-outputs.ts";
import { type SampleObject, sha256 } from "./sample-object.ts";

/** One way to an object's bytes. */
export interface DownloadSource {
  open(): Promise<{ readonly status: number; readonly body: Readable }>;
  close(): void;
}

/** Of a cloud with the download API and a key; the model is there when `MeasuredCloudOptions` names one. */
export type LocalOutputs = Required<Pick<StackOutputs, "downloadApi" | "apiKey" | "model">> &
  StackOutputs & { readonly local: LocalOutput };

/** Straight from the local S3, as the developer, with the AWS SDK. */
export function fromS3({ region, bucket, local }: LocalOutputs, key: string): DownloadSource {
  const client = new S3Client({
    region,
    endpoint: local.endpoints.s3,
    credentials: local.credentials,
    // What a read brings is hashed here; a checksum on the way would slow this side alone.
    responseChecksumValidation: "WHEN_REQUIRED",
    // A sample that needed a second try is no sample.
    maxAttempts: 1,
  });
  return {
    async open() {
      const { $metadata, Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return { status: $metadata.httpStatusCode ?? 0, body: Body as Readable };
    },
    close: () => client.destroy(),
  };
}

/**
 * Through the gateway and a function, over `node:http`, which is what the SDK uses underneath as well.
 *
 * @param route The first part of the path, which is the function's name.
 */
export function fromGateway(
  { downloadApi, apiKey }: LocalOutputs,
  key: string,
  route = "download",
): DownloadSource {
  const agent = new Agent({ keepAlive: true });
  const url = `${downloadApi.url}/${route}/${key.split("/").map(encodeURIComponent).join("/")}`;
  return {
    async open() {
      const request = get(url, { agent, headers: { "x-api-key": apiKey } });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      return { status: response.statusCode ?? 0, body: response };
    },
    close: () => agent.destroy(),
  };
}

export interface DownloadTimes {
  /** From the request to the first byte of the body. */
  readonly firstByteMilliseconds: number;
  /** From the request to the last byte of the body. */
  readonly totalMilliseconds: number;
}

/** The answer to a measured request was not the expected one. */
export class WrongAnswerError extends Error {
  override readonly name = "WrongAnswerError";
}

/**
 * Downloads an object once. Its bytes are put aside and hashed after the clock has stopped, so that the time the hash
 * takes, which is the same on every way, does not make the ways look alike.
 *
 * @throws WrongAnswerError when the status is not 200 or a byte is not the object's: such a time measures nothing.
 */
export async function timeDownload(source: DownloadSource, expected: SampleObject): Promise<DownloadTimes> {
  // One buffer instead of the many that come: keeping those costs the garbage collector more than the copy does.
  const content = Buffer.alloc(expected.bytes);
  const startedAt = performance.now();
  const { status, body } = await source.open();
  let receivedBytes = 0;
  let firstByteAt = NaN;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (receivedBytes === 0) firstByteAt = performance.now();
    chunk.copy(content, receivedBytes);
    receivedBytes += chunk.length;
  }
  const endedAt = performance.now();
  if (status !== 200)
    throw new WrongAnswerError(`status ${status}: ${content.toString("utf8", 0, receivedBytes)}`);
  if (receivedBytes !== expected.bytes || sha256(content) !== expected.sha256) {
    throw new WrongAnswerError(`${receivedBytes} bytes that are not the object's ${expected.bytes}`);
  }
  return { firstByteMilliseconds: firstByteAt - startedAt, totalMilliseconds: endedAt - startedAt };
}
