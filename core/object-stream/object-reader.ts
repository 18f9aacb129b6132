import {
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
} from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import type { S3Conditions, Validators } from "./conditional-headers.ts";
import { Refusal } from "../refusal.ts";
import { readContentRange, type ByteRange } from "./range-header.ts";
import { S3ReadError } from "./s3-read-error.ts";

/** The part of a bucket that is served. */
export interface ObjectStore {
  readonly client: S3Client;
  readonly bucket: string;
  /** Empty, or ends in `/`. Part of every key. */
  readonly keyPrefix: string;
  /** Whether it takes no credentials to read the objects. Default: false. */
  readonly isPublic?: boolean;
}

/** An object as S3 describes it. */
export interface StoredObject extends Validators {
  /** Size of the whole object, whatever part of it is sent. */
  readonly size: number;
  /** The part S3 sends; `undefined` when it sends the whole. */
  readonly range: ByteRange | undefined;
  readonly metadata: Pick<
    HeadObjectCommandOutput,
    | "CacheControl"
    | "ChecksumSHA256"
    | "ChecksumType"
    | "ContentDisposition"
    | "ContentEncoding"
    | "ContentLanguage"
    | "ContentType"
  >;
}

/** An object whose bytes are under way. The body holds a socket until it is read to its end or destroyed. */
export interface OpenedObject extends StoredObject {
  readonly body: Readable;
}

/** Reads one object, and counts what that takes. */
export class ObjectReader {
  readonly #store: ObjectStore;
  readonly key: string;
  readonly signal: AbortSignal;
  #requests = 0;
  #retries = 0;

  /**
   * @param signal Ends every request under way and every body still open.
   * @throws Refusal `forbidden` when the key lies outside the part of the bucket that is served.
   */
  constructor(store: ObjectStore, key: string, signal: AbortSignal) {
    if (!key.startsWith(store.keyPrefix)) {
      throw new Refusal("forbidden", "The object key lies outside the part of the bucket that is served.");
    }
    this.#store = store;
    this.key = key;
    this.signal = signal;
  }

  /** Whether it takes no credentials to read the object. */
  get isPublic(): boolean {
    return this.#store.isPublic === true;
  }

  /** Requests made, each counted once however often the SDK tried. */
  get requests(): number {
    return this.#requests;
  }

  /** Further tries the SDK made. */
  get retries(): number {
    return this.#retries;
  }

  /** @throws S3ReadError. */
  async head(conditions: S3Conditions): Promise<StoredObject> {
    const { client, bucket } = this.#store;
    const command = new HeadObjectCommand({
      Bucket: bucket,
      Key: this.key,
      ChecksumMode: "ENABLED",
      ...conditions,
    });
    return describe(await this.#count(client.send(command, { abortSignal: this.signal })));
  }

  /**
   * @param range Format: `bytes=0-99`.
   * @throws S3ReadError.
   */
  async get(conditions: S3Conditions, range?: string): Promise<OpenedObject> {
    const { client, bucket } = this.#store;
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: this.key,
      ...conditions,
      ...(range !== undefined && { Range: range }),
    });
    askForChecksum(command);
    const output = await this.#count(client.send(command, { abortSignal: this.signal }));
    if (!(output.Body instanceof Readable)) throw new S3ReadError("MissingBody");
    try {
      return { ...describe(output), body: output.Body };
    } catch (error) {
      output.Body.destroy();
      throw error;
    }
  }

  async #count<Output extends GetObjectCommandOutput | HeadObjectCommandOutput>(
    sent: Promise<Output>,
  ): Promise<Output> {
    this.#requests += 1;
    try {
      const output = await sent;
      this.#retries += (output.$metadata.attempts ?? 1) - 1;
      return output;
    } catch (thrown) {
      this.#retries += attemptsOf(thrown) - 1;
      throw S3ReadError.from(thrown);
    }
  }
}

/** With `ChecksumMode` in its input the SDK would check the body too, so the header is set past it. */
function askForChecksum(command: GetObjectCommand): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers["x-amz-checksum-mode"] = "ENABLED";
      return next(args);
    },
    { step: "build", name: "askForChecksum" },
  );
}

function attemptsOf(thrown: unknown): number {
  const { $metadata } = thrown as { $metadata?: { attempts?: number } };
  return $metadata?.attempts ?? 1;
}

/** @throws S3ReadError when S3 leaves out what an answer cannot do without. */
function describe(output: GetObjectCommandOutput | HeadObjectCommandOutput): StoredObject {
  const { ETag: etag, ContentLength: length, ContentRange: contentRange } = output;
  const part = contentRange === undefined ? undefined : readContentRange(contentRange);
  if (etag === undefined || length === undefined || (contentRange !== undefined && part === undefined)) {
    throw new S3ReadError("IncompleteAnswer");
  }
  return {
    etag,
    lastModified: output.LastModified,
    size: part?.size ?? length,
    range: part?.range,
    metadata: output,
  };
}
