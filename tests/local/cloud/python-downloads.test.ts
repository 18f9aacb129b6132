import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { startTestCloud, type TestCloud } from "../../helpers/local-cloud.ts";
import { pythonCloudTest } from "../../helpers/python-download.ts";
import { openRawGet, readRawResponse } from "../../helpers/raw-http.ts";

/*
 * The Python functions behind the real Web Adapter, where S3 does what the contract suite cannot make it do.
 */

const bytes = randomBytes(2 * 1024 * 1024);
const runtimes = { "python-fastapi": "download-fastapi", "python-stdlib": "download-stdlib" };

for (const [runtime, name] of Object.entries(runtimes)) {
  const start = (t: Parameters<typeof startTestCloud>[0]) =>
    startTestCloud(t, { config: [`runtimes=["${runtime}"]`, "lambdaChat=false"] });
  const urlOf = ({ outputs }: TestCloud, key: string) => `${outputs.downloadApi.url}/${name}/${key}`;

  pythonCloudTest(
    `${runtime} goes on from the next byte when S3 cuts, under the same response`,
    async (t) => {
      const cloud = await start(t);
      await cloud.putObject("healed.bin", bytes);
      cloud.s3.faults.resetAfter(500_000, { key: "healed.bin" });
      cloud.s3.faults.truncateAfter(300_000, { key: "healed.bin" });
      const response = await fetch(urlOf(cloud, "healed.bin"), {
        headers: { "x-api-key": cloud.outputs.apiKey },
      });
      t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
    },
  );

  pythonCloudTest(
    `${runtime} breaks off on the wire what cannot be completed, and serves the next one`,
    async (t) => {
      const cloud = await start(t);
      await cloud.putObject("cut.bin", bytes);
      cloud.s3.faults.truncateAfter(500_000, { key: "cut.bin" });
      cloud.s3.faults.truncateAfter(0, { key: "cut.bin", times: 10 });
      cloud.expectError(/^gateway: /);
      const headers = { "x-api-key": cloud.outputs.apiKey };
      const cut = await readRawResponse(await openRawGet(t, urlOf(cloud, "cut.bin"), headers));
      t.regex(cut.head, /^HTTP\/1.1 200 /);
      t.regex(cut.head, new RegExp(`^content-length: ${bytes.length}\r?$`, "im"));
      t.true(cut.body.length < bytes.length);

      const [before] = await cloud.environments(name);
      cloud.s3.faults.clear();
      const next = await fetch(urlOf(cloud, "cut.bin"), { headers });
      t.true(bytes.equals(Buffer.from(await next.arrayBuffer())));
      const [after] = await cloud.environments(name);
      t.is(after?.pid, before?.pid);
    },
  );

  pythonCloudTest(`${runtime} refuses dot segments, which the adapter folds away`, async (t) => {
    const cloud = await start(t);
    await cloud.putObject("b.bin", bytes);
    const headers = { "x-api-key": cloud.outputs.apiKey };
    for (const key of ["a/../b.bin", "./b.bin", "%2e%2e/ready"]) {
      // Not `fetch`, which folds them away itself.
      const { hostname, port, pathname } = new URL(urlOf(cloud, ""));
      const request = get({ hostname, port, path: pathname + key, headers });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      t.is(response.statusCode, 400, key);
      t.like(await json(response), { error: { code: "invalid_key" } });
    }
  });

  pythonCloudTest(`${runtime} answers several at a time from environments of their own`, async (t) => {
    const cloud = await start(t);
    await cloud.putObject("large.bin", bytes);
    const headers = { "x-api-key": cloud.outputs.apiKey };
    const answers = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(urlOf(cloud, "large.bin"), { headers })).arrayBuffer()),
    );
    for (const answer of answers) t.true(bytes.equals(Buffer.from(answer)));
    t.is((await cloud.environments(name)).length, 3);
  });
}
