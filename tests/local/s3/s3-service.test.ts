import { request as openRequest } from "node:http";
import { text } from "node:stream/consumers";
import {
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import test from "ava";
import { connect, failure, readBody, runS3 } from "../../helpers/running-s3.ts";

test("an unsigned request is refused in S3's XML", async (t) => {
  const { endpoint, requests, takeErrors } = await runS3(t, { files: { "a.txt": "hello" } });
  const answer = await fetch(`${endpoint}/files/a.txt`);
  const requestId = answer.headers.get("x-amz-request-id");
  t.is(answer.status, 403);
  t.is(answer.headers.get("content-type"), "application/xml");
  t.is(
    await answer.text(),
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>The request is not signed.</Message>' +
      `<RequestId>${requestId}</RequestId><HostId>streamgate-local</HostId></Error>`,
  );
  t.like(requests[0], { operation: "GetObject", key: "a.txt", status: 403, principal: undefined });
  t.deepEqual(takeErrors(), ["AccessDenied: The request is not signed."]);
});

test("a wrong secret is refused", async (t) => {
  const { endpoint, developer, takeErrors } = await runS3(t);
  const client = connect(t, endpoint, { ...developer, secretAccessKey: "guessed" });
  const error = await failure(client.send(new GetObjectCommand({ Bucket: "files", Key: "k" })));
  t.like(error, { name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } });
  t.is(takeErrors().length, 1);
});

test("a request that something on the way sent to another host is refused", async (t) => {
  const { endpoint, client, takeErrors } = await runS3(t, { files: { "a.txt": "hello" } });
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers.host = "localhost";
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const error = await failure(client.send(new GetObjectCommand({ Bucket: "files", Key: "a.txt" })));
  t.is(error.name, "SignatureDoesNotMatch", endpoint);
  t.is(takeErrors().length, 1);
});

test("a signature for another Region is refused, and the right one told", async (t) => {
  const { endpoint, developer, takeErrors } = await runS3(t);
  const client = new S3Client({ endpoint, credentials: developer, region: "us-east-1", maxAttempts: 1 });
  t.teardown(() => client.destroy());
  const error = await failure(client.send(new HeadObjectCommand({ Bucket: "files", Key: "k" })));
  t.is(error.$metadata.httpStatusCode, 400);
  t.deepEqual(takeErrors(), [
    "AuthorizationHeaderMalformed: The request is signed for s3 in us-east-1; expecting s3 in eu-central-1",
  ]);
});

test("operations that are not simulated are answered with 501 and logged", async (t) => {
  const { client, requests, takeErrors } = await runS3(t);
  const versioned = new GetObjectCommand({ Bucket: "files", Key: "k", VersionId: "1" });
  const outcomes = [
    await failure(client.send(new DeleteObjectTaggingCommand({ Bucket: "files", Key: "k" }))),
    await failure(client.send(new ListBucketsCommand({}))),
    await failure(client.send(versioned)),
  ];
  for (const error of outcomes) t.like(error, { name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  t.like(requests[0], { operation: undefined, bucket: "files", key: "k", status: 501 });
  t.deepEqual(takeErrors(), [
    "NotImplemented: DELETE /files/k?tagging= is not simulated locally.",
    "NotImplemented: GET /?x-id=ListBuckets is not simulated locally.",
    "NotImplemented: GET /files/k?versionId=1&x-id=GetObject is not simulated locally.",
  ]);
});

test("a path that is not UTF-8 is refused", async (t) => {
  const { endpoint, takeErrors } = await runS3(t);
  const { port } = new URL(endpoint);
  const body = await new Promise<string>((resolve, reject) => {
    openRequest({ host: "127.0.0.1", port, path: "/files/%FF" }, (response) => resolve(text(response)))
      .once("error", reject)
      .end();
  });
  t.regex(body, /<Code>InvalidURI<\/Code>/);
  t.is(takeErrors().length, 1);
});

test("closing breaks off what is being sent and waits for it", async (t) => {
  const s3 = await runS3(t, { files: { "a.bin": Buffer.alloc(1_000_000) } });
  const stall = s3.faults.stallAfter(10);
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: "files", Key: "a.bin" }));
  const arrived = readBody(answer.Body);
  await stall.reached;
  await Promise.all([t.throwsAsync(arrived, { code: "ECONNRESET" }), s3.close()]);
  t.like(s3.requests[0], { status: 200, sentBytes: 10, aborted: true });
});
