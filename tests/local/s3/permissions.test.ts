import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import test from "ava";
import { recordedResource } from "../../helpers/recorded-resource.ts";
import { failure, readBody, ROLE_ARN, roleWith, runS3 } from "../../helpers/running-s3.ts";

const files = { "public/a.txt": "hello", "private/b.txt": "secret" };
const readPublic = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/public/*" };
const listPublic = {
  Effect: "Allow",
  Action: "s3:ListBucket",
  Resource: "arn:aws:s3:::files",
  Condition: { StringLike: { "s3:prefix": "public/*" } },
};

test("a role reads what its policy names, and nothing else", async (t) => {
  const { roleClient, requests, takeErrors } = await runS3(t, { files, resources: roleWith(readPublic) });
  const answer = await roleClient.send(new GetObjectCommand({ Bucket: "files", Key: "public/a.txt" }));
  t.is((await readBody(answer.Body)).toString(), "hello");
  t.like(requests[0], { principal: "role", status: 200 });

  const denied = await failure(
    roleClient.send(new GetObjectCommand({ Bucket: "files", Key: "private/b.txt" })),
  );
  t.like(denied, { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
  const message = `${ROLE_ARN} is not authorized to perform s3:GetObject on arn:aws:s3:::files/private/b.txt, because no policy allows it`;
  t.is(denied.message, message);
  t.deepEqual(takeErrors(), [`AccessDenied: ${message}`]);
});

for (const [owner, status] of [
  ["123456789012", 200],
  ["210987654321", 403],
] as const) {
  test(`a role that may read what ${owner} owns gets a ${status} for this account's bucket`, async (t) => {
    const Condition = { StringEquals: { "aws:ResourceAccount": owner } };
    const { roleClient, requests, takeErrors } = await runS3(t, {
      files,
      resources: roleWith({ ...readPublic, Condition }),
    });
    await roleClient.send(new GetObjectCommand({ Bucket: "files", Key: "public/a.txt" })).catch(() => {});
    t.is(requests[0]?.status, status);
    t.is(takeErrors().length, status === 200 ? 0 : 1);
  });
}

test("HEAD needs the same permission as GET", async (t) => {
  const { roleClient, takeErrors } = await runS3(t, { files, resources: roleWith(readPublic) });
  const head = (Key: string) => roleClient.send(new HeadObjectCommand({ Bucket: "files", Key }));
  t.is((await head("public/a.txt")).ContentLength, 5);
  t.is((await failure(head("private/b.txt"))).$metadata.httpStatusCode, 403);
  t.is(takeErrors().length, 1);
});

test("a role that is not in the graph may do nothing", async (t) => {
  const { roleClient, takeErrors } = await runS3(t, { files });
  const denied = await failure(
    roleClient.send(new GetObjectCommand({ Bucket: "files", Key: "public/a.txt" })),
  );
  t.is(denied.name, "AccessDenied");
  t.is(takeErrors().length, 1);
});

test("a missing key is 404 only to a role that may list it", async (t) => {
  const missing = new GetObjectCommand({ Bucket: "files", Key: "public/nothing" });
  const lister = await runS3(t, { resources: roleWith(readPublic, listPublic) });
  t.is((await failure(lister.roleClient.send(missing))).name, "NoSuchKey");

  const reader = await runS3(t, { resources: roleWith(readPublic) });
  t.is((await failure(reader.roleClient.send(missing))).name, "AccessDenied");
  t.deepEqual(reader.takeErrors(), [
    `AccessDenied: ${ROLE_ARN} is not authorized to perform s3:ListBucket on arn:aws:s3:::files, because no policy allows it`,
  ]);
});

test("a listing is weighed with its prefix", async (t) => {
  const { roleClient, takeErrors } = await runS3(t, { files, resources: roleWith(listPublic) });
  const list = (Prefix?: string) => roleClient.send(new ListObjectsV2Command({ Bucket: "files", Prefix }));
  t.deepEqual(
    (await list("public/")).Contents?.map(({ Key }) => Key),
    ["public/a.txt"],
  );
  t.is((await failure(list("private/"))).name, "AccessDenied");
  t.is((await failure(list())).name, "AccessDenied");
  t.is(takeErrors().length, 2);
});

test("a role writes only with s3:PutObject, and nobody writes to a read-only bucket", async (t) => {
  const writeFiles = { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::*/public/*" };
  const { client, roleClient, takeErrors } = await runS3(t, { resources: roleWith(writeFiles) });
  const put = (Bucket: string, Key: string) => new PutObjectCommand({ Bucket, Key, Body: "new" });
  await roleClient.send(put("files", "public/c.txt"));
  t.is((await failure(roleClient.send(put("files", "private/c.txt")))).name, "AccessDenied");
  t.is((await failure(roleClient.send(put("archive", "public/c.txt")))).name, "AccessDenied");
  t.is((await failure(client.send(put("archive", "public/c.txt")))).name, "AccessDenied");
  t.deepEqual(takeErrors().slice(1), Array(2).fill("AccessDenied: The bucket archive is read-only."));
});

test("a bucket policy that insists on TLS does not lock the local cloud out", async (t) => {
  const statement = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::files/*" };
  const bucketPolicy = (condition: object) =>
    recordedResource("aws:s3/bucketPolicy:BucketPolicy", "files-tls-only", {
      bucket: "files",
      policy: { Version: "2012-10-17", Statement: [{ ...statement, Condition: condition }] },
    });
  const get = new GetObjectCommand({ Bucket: "files", Key: "public/a.txt" });
  const tlsOnly = bucketPolicy({ Bool: { "aws:SecureTransport": "false" } });
  const open = await runS3(t, { files, resources: [...roleWith(readPublic), tlsOnly] });
  await readBody((await open.roleClient.send(get)).Body);

  const elsewhereOnly = bucketPolicy({ StringNotEquals: { "aws:RequestedRegion": "us-east-1" } });
  const closed = await runS3(t, { files, resources: [...roleWith(readPublic), elsewhereOnly] });
  t.regex(
    (await failure(closed.roleClient.send(get))).message,
    /bucket policy files-tls-only denies it explicitly$/,
  );
  t.is(closed.takeErrors().length, 1);
});

test("a policy with something that is not simulated lets nobody in, and says what", async (t) => {
  const condition = { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } };
  const resources = roleWith({ ...readPublic, Condition: condition }, readPublic);
  const { roleClient, takeErrors } = await runS3(t, { files, resources });
  await failure(roleClient.send(new GetObjectCommand({ Bucket: "files", Key: "public/a.txt" })));
  t.regex(
    takeErrors()[0] ?? "",
    /in role policy reader-objects the condition key aws:SourceIp is not simulated$/,
  );
});
