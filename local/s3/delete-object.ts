import { S3Error } from "./errors.ts";
import type { Exchange } from "./exchange.ts";

/** DeleteObject. */
export async function deleteObject({ response, bucketName, bucket, key, access }: Exchange): Promise<void> {
  access.requireObject("s3:DeleteObject", key);
  if (!bucket.writable) throw new S3Error("AccessDenied", `The bucket ${bucketName} is read-only.`);
  await bucket.delete(key);
  response.writeHead(204).end();
}
