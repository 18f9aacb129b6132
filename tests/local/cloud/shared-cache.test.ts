import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import { freePort } from "../../../local/host/loopback.ts";
import { startTestCloud, type TestCloud } from "../../helpers/local-cloud.ts";
import { testNeeding } from "../../helpers/test-needing.ts";
import { until } from "../../helpers/until.ts";

/*
 * nginx as somebody's shared cache in front of the API: what takes a key to read must not come out of it without one.
 */

const NGINX = "/usr/sbin/nginx";
const nginxTest = testNeeding(existsSync(NGINX), ".ci/install-tools");

/** Starts nginx as a proxy that keeps what its answers let it keep. @returns Its origin. */
async function startCachingProxy(t: ExecutionContext, upstream: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-nginx-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const configuration = join(folder, "nginx.conf");
  writeFileSync(
    configuration,
    `daemon off; user root; pid ${folder}/pid; error_log ${folder}/error.log;
     events {}
     http {
       access_log off;
       client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/temp;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       proxy_cache_path ${folder}/cache keys_zone=shared:1m;
       server {
         listen 127.0.0.1:${port};
         location / {
           proxy_pass ${upstream}; proxy_http_version 1.1;
           proxy_cache shared; proxy_cache_key $request_uri;
           add_header X-Cache $upstream_cache_status always;
         }
       }
     }`,
  );
  const nginx = spawn(NGINX, ["-e", `${folder}/error.log`, "-p", folder, "-c", configuration], {
    stdio: "ignore",
  });
  t.teardown(async () => {
    nginx.kill("SIGTERM");
    if (nginx.exitCode === null) await once(nginx, "exit");
  });
  const origin = `http://127.0.0.1:${port}`;
  await until(() =>
    fetch(origin).then(
      () => true,
      () => false,
    ),
  );
  return origin;
}

async function putCacheable({ outputs }: TestCloud): Promise<void> {
  const { endpoints, credentials } = outputs.local;
  const s3 = new S3Client({ region: outputs.region, endpoint: endpoints.s3, credentials });
  const CacheControl = "public, s-maxage=600, max-age=600";
  await s3.send(
    new PutObjectCommand({ Bucket: outputs.bucket, Key: "kept.txt", Body: "content", CacheControl }),
  );
  s3.destroy();
}

nginxTest("a shared cache keeps nothing that takes a key to read", async (t) => {
  const cloud = await startTestCloud(t);
  await putCacheable(cloud);
  const { origin } = new URL(cloud.outputs.downloadApi.url);
  const url = cloud.url("kept.txt").replace(origin, await startCachingProxy(t, origin));
  const withKey = await fetch(url, { headers: { "x-api-key": cloud.outputs.apiKey } });
  t.is(withKey.status, 200);
  t.is(await withKey.text(), "content");
  const without = await fetch(url);
  t.is(without.status, 403);
  t.not(without.headers.get("x-cache"), "HIT");
});

nginxTest("a shared cache keeps what is open to all, as its owner has it", async (t) => {
  const cloud = await startTestCloud(t, { config: ["auth=none"] });
  await putCacheable(cloud);
  const { origin } = new URL(cloud.outputs.downloadApi.url);
  const url = cloud.url("kept.txt").replace(origin, await startCachingProxy(t, origin));
  await (await fetch(url)).text();
  const again = await fetch(url);
  t.is(again.headers.get("x-cache"), "HIT");
  t.is(await again.text(), "content");
});
