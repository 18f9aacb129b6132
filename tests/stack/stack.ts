import { readFileSync } from "node:fs";
import {
  DeleteObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import type { ApiOutput, StackOutputs } from "../../contract/stack-outputs.ts";

/** All that the suite knows of the stack under test, which has the download API. */
export const outputs = readOutputs();

/** The bucket's own door, for putting objects in place; the API under test only reads. */
export const s3 = new S3Client({
  region: outputs.region,
  ...(outputs.local && { endpoint: outputs.local.endpoints.s3, credentials: outputs.local.credentials }),
});

/** An object for one test, taken away again after it. */
export async function putObject(
  t: ExecutionContext,
  key: string,
  body: Buffer | string,
  properties: Omit<PutObjectCommandInput, "Bucket" | "Key" | "Body"> = {},
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: outputs.bucket, Key: key, Body: body, ...properties }));
  t.teardown(() => s3.send(new DeleteObjectCommand({ Bucket: outputs.bucket, Key: key })));
}

/** A key nobody else uses, under one folder that is easy to clear by hand should a run be killed. */
export function testKey(name: string): string {
  keysMade += 1;
  return `streamgate-tests/${process.pid}-${keysMade}/${name}`;
}
let keysMade = 0;

/** Asserts a refusal: status, our JSON body with one of these codes, and nothing of what is behind the API. */
export async function assertRefused(
  t: ExecutionContext,
  response: Response,
  status: number,
  ...codes: string[]
): Promise<void> {
  const text = await response.text();
  t.is(response.status, status, text);
  t.regex(response.headers.get("content-type") ?? "", /^application\/json/);
  const body = JSON.parse(text) as { error: { code: string; message: string } };
  t.deepEqual(Object.keys(body), ["error"]);
  t.true(codes.includes(body.error.code), body.error.code);
  t.true(body.error.message.length > 0);
  t.notRegex(text, /<\?xml|at .+:\d+:\d+|AccessDenied|NoSuchKey/);
}

function readOutputs(): StackOutputs & { readonly downloadApi: ApiOutput; readonly apiKey: string } {
  const file = process.env.STREAMGATE_OUTPUTS;
  if (file === undefined) throw new Error("run this suite with: npm run test:stack");
  return JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof readOutputs>;
}
