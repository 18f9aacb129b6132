import test from "ava";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shareChatCloud } from "../helpers/chat-cloud.ts";
import { projectFolder } from "../helpers/local-cloud.ts";

const tools = join(projectFolder, ".cache", "fault-tools");
const withTools = existsSync(tools) ? test.serial : test.serial.skip;
if (!existsSync(tools)) console.log("schemathesis is not there: .ci/install-fault-tools installs it.");

const cloud = shareChatCloud(test);

const query = (name: string, ...values: string[]) => ({
  name,
  in: "query",
  schema: { type: "string", ...(values.length > 0 && { enum: values }) },
});
const header = (name: string) => ({ name, in: "header", schema: { type: "string" } });
const anyStatus = { default: { description: "any" } };

const download = {
  parameters: [
    { name: "key", in: "path", required: true, schema: { type: "string", minLength: 1 } },
    query("filename"),
    query("disposition", "inline", "attachment"),
    ...["Range", "If-Match", "If-None-Match", "If-Range", "If-Modified-Since", "Accept"].map(header),
  ],
  responses: anyStatus,
};

const chat = {
  parameters: [header("Accept"), header("Last-Event-ID")],
  requestBody: {
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: {
            message: { type: "string" },
            messages: {
              type: "array",
              items: {
                type: "object",
                properties: { role: { enum: ["user", "assistant"] }, content: { type: "string" } },
              },
            },
            temperature: { type: "number" },
            maxTokens: { type: "integer" },
            stopSequences: { type: "array", items: { type: "string" } },
          },
        },
      },
    },
  },
  responses: anyStatus,
};

const health = { get: { responses: anyStatus } };

for (const [api, paths] of [
  ["downloadApi", { "/download/{key}": { get: download, head: download }, "/chat": { post: chat } }],
  [
    "chatApi",
    { "/stream": { post: chat }, "/download/{key}": { get: download }, "/health": health, "/": health },
  ],
] as const) {
  withTools(`schemathesis finds no server error in the ${api}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "streamgate-schemathesis-"));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const schema = join(folder, "openapi.json");
    const document = { openapi: "3.0.3", info: { title: api, version: "1" }, paths };
    writeFileSync(schema, JSON.stringify(document));
    const { outputs } = cloud();
    const { status, printed } = await run(folder, [
      "run",
      schema,
      ...["--url", outputs[api].url],
      ...["--header", `x-api-key: ${outputs.apiKey}`],
      ...["--checks", "not_a_server_error"],
      ...["--phases", "fuzzing"],
      ...["--max-examples", "100"],
      ...["--seed", "1"],
    ]);
    t.log(
      printed
        .split("\n")
        .filter((line) => /generated|tested|passed|Seed/i.test(line))
        .join("\n"),
    );
    t.is(status, 0, printed);
  });
}

async function run(cwd: string, parameters: readonly string[]) {
  const tool = spawn("python3", [join(tools, "bin", "schemathesis"), ...parameters], {
    cwd,
    env: { ...process.env, PYTHONPATH: tools },
  });
  let printed = "";
  for (const output of [tool.stdout, tool.stderr])
    output.on("data", (text: Buffer) => (printed += text.toString()));
  const [status] = (await once(tool, "close")) as [number | null];
  return { status, printed };
}
