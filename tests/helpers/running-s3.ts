import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { ResourceGraph, type RecordedResource } from "../../local/graph/resource-graph.ts";
import type { Credentials } from "../../local/iam/caller.ts";
import { CredentialStore } from "../../local/iam/credential-store.ts";
import { startS3, type LocalS3 } from "../../local/s3/s3-service.ts";
import { expectNoOtherErrors } from "./logged-errors.ts";
import { recordedResource } from "./recorded-resource.ts";

export const REGION = "eu-central-1";
export const ROLE_ARN = "arn:aws:iam::123456789012:role/reader";

/** A local S3 with a writable bucket `files` and a read-only one, `archive`, over the same folder. */
export interface RunningS3 extends LocalS3 {
  readonly folder: string;
  readonly credentials: CredentialStore;
  readonly developer: Credentials;
  /** Signs as the developer. */
  readonly client: S3Client;
  /** Signs as the role `ROLE_ARN`. */
  readonly roleClient: S3Client;
  /** The messages logged since the last call. One that the test has not asked for fails it. */
  readonly takeErrors: () => string[];
}

/**
 * @param files The folder's content by path.
 * @param resources The graph, such as the role and its policies.
 */
export async function runS3(
  t: ExecutionContext,
  {
    files = {},
    resources = [],
  }: { files?: Record<string, string | Buffer>; resources?: RecordedResource[] } = {},
): Promise<RunningS3> {
  const folder = await temporaryFolder(t);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const credentials = new CredentialStore();
  const log = new CloudLog();
  const buckets = new Map([
    ["files", { folder, writable: true }],
    ["archive", { folder, writable: false }],
  ]);
  const s3 = await startS3({
    graph: new ResourceGraph(resources),
    buckets,
    credentials,
    region: REGION,
    accountId: "123456789012",
    log,
  });

  const takeErrors = expectNoOtherErrors(t, log, "S3");
  // Teardowns run in reverse: what is still being answered may log until the service is closed.
  t.teardown(() => s3.close());

  const developer = credentials.issue({ kind: "developer" });
  const role = credentials.issue({ kind: "role", roleArn: ROLE_ARN });
  const client = connect(t, s3.endpoint, developer);
  const roleClient = connect(t, s3.endpoint, role);
  return { ...s3, folder, credentials, developer, client, roleClient, takeErrors };
}

/** The unmodified SDK, but for retries: each test sees what one request does. */
export function connect(t: ExecutionContext, endpoint: string, credentials: Credentials): S3Client {
  const client = new S3Client({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  t.teardown(() => client.destroy());
  return client;
}

export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Reads an SDK body with the checks the SDK has built in. */
export async function readBody(body: unknown): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as Readable) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** @returns The error S3 answered with; its members are the elements of the XML. */
export async function failure(
  request: Promise<unknown>,
): Promise<S3ServiceException & Record<string, unknown>> {
  const error: unknown = await request.then(
    () => new Error("The request did not fail."),
    (reason: unknown) => reason,
  );
  if (error instanceof S3ServiceException) return error as S3ServiceException & Record<string, unknown>;
  throw error;
}

/** The role `ROLE_ARN` with one policy of these statements. */
export function roleWith(...statements: object[]): RecordedResource[] {
  return [
    recordedResource("aws:iam/role:Role", "reader", {}, { name: "reader-1a2b3c", arn: ROLE_ARN }),
    recordedResource("aws:iam/rolePolicy:RolePolicy", "reader-objects", {
      role: "reader-1a2b3c",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    }),
  ];
}
