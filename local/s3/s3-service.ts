import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { CloudLog } from "../logs/cloud-log.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import { Authorizer } from "../iam/authorizer.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import { SignatureError } from "../iam/signature-error.ts";
import { verifySignature, type VerifiedSignature } from "../iam/signature.ts";
import { listenOnLoopback } from "../host/loopback.ts";
import { BucketAccess } from "./access.ts";
import { Bucket, type BucketSource } from "./bucket.ts";
import { deleteObject } from "./delete-object.ts";
import { S3Error, sendError, type S3ErrorCode } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { FaultInjectedError } from "../fault-orders.ts";
import { Faults } from "./faults.ts";
import { getObject } from "./get-object.ts";
import { listObjects } from "./list-objects.ts";
import { putObject } from "./put-object.ts";
import { RequestRecords, type LiveRecord, type S3RequestRecord } from "./request-record.ts";
import { parseTarget, type S3Operation } from "./target.ts";

export interface S3Options {
  /** Holds the roles' policies and the bucket policies. */
  readonly graph: ResourceGraph;
  /** By name. A bucket that is not listed does not exist. */
  readonly buckets: ReadonlyMap<string, BucketSource>;
  readonly credentials: CredentialStore;
  /** The only one signatures are accepted for. */
  readonly region: string;
  /** Whose buckets they are. */
  readonly accountId: string;
  readonly log: CloudLog;
}

/** The local S3. */
export interface LocalS3 {
  /** Format: `http://127.0.0.1:{port}`. An IP literal, so that the SDK puts the bucket in the path by itself. */
  readonly endpoint: string;
  /** The newest requests in order of arrival, changing while they are answered. */
  readonly requests: readonly S3RequestRecord[];
  readonly faults: Faults;
  /** Breaks off whatever is still being sent, and forgets what was PUT. */
  close(): Promise<void>;
}

const operations: Readonly<Record<S3Operation, (exchange: Exchange) => Promise<void>>> = {
  GetObject: getObject,
  HeadObject: getObject,
  PutObject: putObject,
  DeleteObject: deleteObject,
  ListObjectsV2: listObjects,
};

/** Answers that are an ordinary part of talking to S3, or that a test ordered. Every other error goes to the log. */
const ORDINARY_ERRORS: readonly S3ErrorCode[] = [
  "BadDigest",
  "IncompleteBody",
  "InvalidRange",
  "NoSuchKey",
  "PreconditionFailed",
  "SlowDown",
];

/**
 * Serves folders as buckets, with signatures checked and every operation weighed against the caller's policies.
 *
 * @throws NodeJS.ErrnoException when a bucket's folder is not there
 */
export async function startS3(options: S3Options): Promise<LocalS3> {
  const service = await S3Service.open(options);
  // A request may take as long as it takes: a debugger may sit on the other side. Readers are never hurried anyway.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    service.receive(request, response);
  });
  const port = await listenOnLoopback(server, { onFault: (fault) => options.log.error("s3", fault) });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: service.records.all,
    faults: service.faults,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await service.close();
    },
  };
}

class S3Service {
  readonly records = new RequestRecords();
  readonly faults = new Faults();
  readonly #options: S3Options;
  readonly #authorizer: Authorizer;
  readonly #buckets: ReadonlyMap<string, Bucket>;
  readonly #answers = new Set<Promise<void>>();

  private constructor(options: S3Options, buckets: ReadonlyMap<string, Bucket>) {
    this.#options = options;
    this.#authorizer = new Authorizer(options.graph, options.log);
    this.#buckets = buckets;
  }

  static async open(options: S3Options): Promise<S3Service> {
    const buckets = new Map<string, Bucket>();
    for (const [name, source] of options.buckets) buckets.set(name, await Bucket.open(source));
    return new S3Service(options, buckets);
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answer(request, response).finally(() => this.#answers.delete(answer));
    this.#answers.add(answer);
  }

  /** Waits for the answers under way, so that nothing is logged afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#answers);
    for (const bucket of this.#buckets.values()) await bucket.close();
  }

  /** Never rejects. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = this.records.begin(response);
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    response.setHeader("x-amz-request-id", requestId);
    response.setHeader("server", "AmazonS3");
    try {
      await this.#perform(request, response, record);
    } catch (error) {
      this.#fail(error, response, requestId);
    }
  }

  async #perform(request: IncomingMessage, response: ServerResponse, record: LiveRecord): Promise<void> {
    const { operation, bucket: bucketName, key, query } = parseTarget(request);
    Object.assign(record, { operation, bucket: bucketName, key });
    if (operation === undefined) {
      throw new S3Error("NotImplemented", `${request.method} ${request.url} is not simulated locally.`);
    }
    const { principal, payloadHash } = this.#verify(request);
    record.principal = principal.kind;
    if (this.faults.takeSlowDown(key)) throw new S3Error("SlowDown", "Please reduce your request rate.");
    const bucket = this.#buckets.get(bucketName);
    if (bucket === undefined) {
      throw new S3Error("NoSuchBucket", "The specified bucket does not exist", { BucketName: bucketName });
    }
    const { graph, region, accountId } = this.#options;
    const access = new BucketAccess(bucketName, principal, {
      authorizer: this.#authorizer,
      graph,
      region,
      accountId,
    });
    await operations[operation]({
      request,
      response,
      bucketName,
      bucket,
      key,
      query,
      access,
      payloadHash,
      faults: this.faults,
      record,
    });
  }

  /** @throws S3Error, SignatureError */
  #verify(request: IncomingMessage): VerifiedSignature {
    const signature = verifySignature(request, this.#options.credentials);
    const { region } = this.#options;
    if (signature.service !== "s3" || signature.region !== region) {
      throw new S3Error(
        "AuthorizationHeaderMalformed",
        `The request is signed for ${signature.service} in ${signature.region}; expecting s3 in ${region}`,
        { Region: region },
      );
    }
    return signature;
  }

  #fail(thrown: unknown, response: ServerResponse, requestId: string): void {
    if (thrown instanceof FaultInjectedError || isConnectionError(thrown)) {
      response.destroy();
      return;
    }
    const error = asS3Error(thrown);
    if (!ORDINARY_ERRORS.includes(error.code))
      this.#options.log.error("s3", `${error.code}: ${error.message}`);
    if (response.headersSent) response.destroy();
    else sendError(response, error, requestId);
  }
}

function asS3Error(thrown: unknown): S3Error {
  if (thrown instanceof S3Error) return thrown;
  if (thrown instanceof SignatureError) return new S3Error(thrown.code, thrown.message);
  return new S3Error("InternalError", thrown instanceof Error ? thrown.message : String(thrown));
}

/** The other side left, as readers do. */
function isConnectionError(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"].includes(code ?? "");
}
