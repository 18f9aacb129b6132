import test from "ava";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { projectFolder, type TestOutputs } from "../helpers/local-cloud.ts";
import { until } from "../helpers/until.ts";

const DOWNLOADS = 40;

test("with 160 descriptors forty downloads at once are answered, and the cloud goes on", async (t) => {
  const start = 'ulimit -n 160; exec "$0" local/start.mjs --port 0 --no-caps --json --config chat=false';
  const cloud = spawn("/bin/sh", ["-c", start, process.execPath], { cwd: projectFolder });
  t.teardown(() => cloud.kill("SIGKILL"));
  let printed = "";
  cloud.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  cloud.stderr.resume();
  const { downloadApi, apiKey } = await until(
    () => printed.endsWith("}\n") && (JSON.parse(printed) as TestOutputs),
    100,
  );
  const download = async (key: string) => {
    const response = await fetch(`${downloadApi.url}/download/${key}`, { headers: { "x-api-key": apiKey } });
    const { byteLength } = await response.arrayBuffer();
    return `${response.status}${response.status === 200 && byteLength !== 25 * 1024 * 1024 ? " short" : ""}`;
  };
  const answers = await Promise.all(
    Array.from({ length: DOWNLOADS }, () => download("sample-25mb.bin").catch(() => "closed")),
  );
  const counts = Object.fromEntries(
    [...new Set(answers)].sort().map((answer) => [answer, answers.filter((one) => one === answer).length]),
  );
  t.log(JSON.stringify(counts));
  t.deepEqual(
    Object.keys(counts).filter((answer) => !["200", "502", "503", "closed"].includes(answer)),
    [],
  );
  t.is(await download("sample-25mb.bin"), "200");
  cloud.kill("SIGINT");
  t.deepEqual(await once(cloud, "exit"), [0, null]);
});
