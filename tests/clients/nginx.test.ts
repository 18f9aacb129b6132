import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { freePort } from "../../local/host/loopback.ts";
import { runChatService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

const isInstalled = spawnSync("nginx", ["-v"]).status === 0;
if (!isInstalled) console.log("skipped: there is no nginx; install Debian's nginx-light");
const nginxTest = isInstalled || process.env.CI === "true" ? test : test.skip;

/** An nginx as many sites have it: it buffers, and compresses what it may. */
async function startNginx(t: ExecutionContext, upstream: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-nginx-"));
  const port = await freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events {}
    http {
      ${paths.join(" ")}
      access_log off;
      gzip on; gzip_min_length 0; gzip_proxied any; gzip_types *;
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${upstream}; proxy_http_version 1.1; }
      }
    }`,
  );
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], { stdio: "ignore" });
  const ended = once(nginx, "exit");
  t.teardown(async () => {
    nginx.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await until(() =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return url;
}

for (const accept of ["application/x-ndjson", "text/event-stream"]) {
  nginxTest(`each token of ${accept} passes an nginx that compresses before the next is made`, async (t) => {
    const service = await runChatService(t, { model: { reply: () => "one two three" } });
    const url = await startNginx(t, service.url);
    const model = service.bedrock.faults.lockStep();
    const request = httpRequest(`${url}/stream`, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-encoding": "gzip", accept },
    });
    t.teardown(() => void request.destroy());
    request.on("error", () => {});
    request.end('{"message":"Hi"}');
    model.release(2);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    t.is(response.headers["content-encoding"], "gzip");
    let text = "";
    response
      .pipe(createGunzip())
      .setEncoding("utf8")
      .on("data", (piece: string) => (text += piece))
      .on("error", () => {});
    for (const token of ["one", " two", " three"]) {
      await until(() => text.includes(token));
      model.release();
    }
    model.release(9);
    await until(() => text.includes("end_turn"));
    t.pass();
  });
}
