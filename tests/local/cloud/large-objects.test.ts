import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { LARGEST_LAMBDA_DOWNLOAD_BYTES } from "../../../contract/limits.ts";
import { startTestCloud } from "../../helpers/local-cloud.ts";

/** A folder with one file of zeros that takes no room on the disk. */
function folderWithFile(t: ExecutionContext, size: number): string {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-large-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = openSync(join(folder, "large.bin"), "w");
  ftruncateSync(file, size);
  closeSync(file);
  return folder;
}

async function countBytes(response: Response): Promise<number> {
  let count = 0;
  for await (const chunk of response.body ?? []) count += (chunk as Uint8Array).length;
  return count;
}

test("the largest object one response may carry arrives whole, in bounded memory", async (t) => {
  const cloud = await startTestCloud(t, { filesFolder: folderWithFile(t, LARGEST_LAMBDA_DOWNLOAD_BYTES) });
  t.is(await countBytes(await cloud.download("large.bin")), LARGEST_LAMBDA_DOWNLOAD_BYTES);
  const [environment] = await cloud.environments("download");
  // A process that held it all would hold itself besides.
  const { residentBytes = Infinity } = environment ?? {};
  t.true(residentBytes < LARGEST_LAMBDA_DOWNLOAD_BYTES, `${residentBytes} bytes resident`);
  t.log(`${residentBytes} bytes resident`);
});

test("a larger one is refused before the first byte, sized by HEAD, and fetched in ranges", async (t) => {
  const size = LARGEST_LAMBDA_DOWNLOAD_BYTES + 1;
  const cloud = await startTestCloud(t, { filesFolder: folderWithFile(t, size) });
  const whole = await cloud.download("large.bin");
  t.is(whole.status, 400);
  t.is(((await whole.json()) as { error: { code: string } }).error.code, "range_required");

  const head = await cloud.download("large.bin", { method: "HEAD" });
  t.is(head.status, 200);
  t.is(head.headers.get("x-object-size"), String(size));

  const part = await cloud.download("large.bin", { headers: { range: `bytes=${size - 10}-` } });
  t.is(part.status, 206);
  t.is(part.headers.get("content-range"), `bytes ${size - 10}-${size - 1}/${size}`);
  t.is(await countBytes(part), 10);
});
