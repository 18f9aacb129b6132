import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import test from "ava";
import { failure, readBody, runS3 } from "../../helpers/running-s3.ts";

const object = { Bucket: "files", Key: "a.txt" };

test("what was PUT can be deleted, and the user's file under it comes back", async (t) => {
  const { client } = await runS3(t, { files: { "a.txt": "the file" } });
  await client.send(new PutObjectCommand({ ...object, Body: "the object" }));
  await client.send(new DeleteObjectCommand(object));
  const { Body } = await client.send(new GetObjectCommand(object));
  t.is((await readBody(Body)).toString(), "the file");
});

test("deleting what is not there succeeds, as on S3", async (t) => {
  const { client } = await runS3(t);
  const { $metadata } = await client.send(new DeleteObjectCommand(object));
  t.is($metadata.httpStatusCode, 204);
  t.is((await failure(client.send(new GetObjectCommand(object)))).name, "NoSuchKey");
});
