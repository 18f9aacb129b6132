import { readdirSync } from "node:fs";
import { relative } from "node:path";
import type { LocalCloud } from "../cloud.ts";

export interface ReportContext {
  readonly stack: string;
  readonly filesFolder: string;
  readonly logFolder: string;
  readonly outputsFile: string;
  readonly caps: boolean;
  readonly bedrock: "local" | "aws";
  readonly readySeconds: number;
}

/** What a person sees when everything runs: outputs, commands to paste, and what stands behind them. */
export function readyReport({ outputs }: LocalCloud, context: ReportContext): string {
  const { downloadApi, apiKey, local, keptOnDestroy, ...plain } = outputs;
  const rows = [
    ["downloadApi", downloadApi.url],
    ...downloadApi.routes.map((route) => ["", route]),
    ["apiKey", apiKey],
    // Empty for what this stack has not.
    ...Object.entries(plain).filter(([, value]) => value !== ""),
    ["kept on destroy", keptOnDestroy.join(" ")],
  ];
  const path = (absolute: string) => relative(process.cwd(), absolute) || ".";
  return [
    `Streamgate, stack ${context.stack}, is ready after ${context.readySeconds.toFixed(1)} s.`,
    "",
    "Stack outputs (the same as on AWS)",
    ...rows.map(([name, value]) => `  ${String(name).padEnd(15)} ${String(value)}`),
    "",
    "Try",
    ...downloadLines(downloadApi.url, apiKey, context.filesFolder),
    ...(downloadApi.routes.includes("POST /chat") ? [chatLine(downloadApi.url, apiKey)] : []),
    "",
    "Running on 127.0.0.1",
    `  API Gateway     ${downloadApi.url}  ${context.caps ? "(AWS's bandwidth caps on; --no-caps lifts them)" : "(no bandwidth caps)"}`,
    `  Lambda          one process an environment, started on demand`,
    `  S3              ${local.endpoints.s3}  serving ${path(context.filesFolder)}`,
    `  Bedrock         ${local.endpoints.bedrock}  ${context.bedrock === "aws" ? "passing chats on to AWS, which bills them" : "a scripted model"}`,
    `  Logs            ${path(context.logFolder)}`,
    `  Outputs         ${path(context.outputsFile)}`,
    "",
    "Ctrl-C stops everything.",
    "",
  ].join("\n");
}

/** A command for each of the first files of the folder, the largest kind of thing a user wants to see first. */
function downloadLines(url: string, apiKey: string, folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name.normalize("NFC"));
  const shown = names.includes("sample-25mb.bin") ? ["sample-25mb.bin", "hello.txt"] : names.slice(0, 2);
  return shown.map((name) => {
    const file = name.replaceAll(/[^\w.-]+/g, "_");
    return `  curl -fsS -H "x-api-key: ${apiKey}" -o ${file} "${url}/download/${encodeURIComponent(name)}"`;
  });
}

function chatLine(url: string, apiKey: string): string {
  const headers = `-H "x-api-key: ${apiKey}" -H "content-type: application/json"`;
  return `  curl -fsS --no-buffer ${headers} -d '{"message":"こんにちは"}' "${url}/chat"`;
}
