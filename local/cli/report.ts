import { readdirSync } from "node:fs";
import { relative } from "node:path";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import type { LocalCloud } from "../cloud.ts";
import { callExamples } from "./call-examples.ts";

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
  const { downloadApi, chatApi, local, keptOnDestroy, ...plain } = outputs;
  const rows = [
    ...apiRows("downloadApi", downloadApi),
    ...apiRows("chatApi", chatApi),
    ...Object.entries(plain),
    ["kept on destroy", keptOnDestroy.join(" ")],
  ];
  const path = (absolute: string) => relative(process.cwd(), absolute) || ".";
  const running = [
    ...[downloadApi, chatApi]
      .filter((api) => api !== undefined)
      .map(({ url }) => [
        "API Gateway",
        `${url}  ${context.caps ? "(AWS's bandwidth caps on; --no-caps lifts them)" : "(no bandwidth caps)"}`,
      ]),
    ...(downloadApi ? [["Lambda", "one process an environment, started on demand"]] : []),
    ...(chatApi ? [["Fargate", "one process a task, behind a VPC link and a load balancer"]] : []),
    ["S3", `${local.endpoints.s3}  serving ${path(context.filesFolder)}`],
    [
      "Bedrock",
      `${local.endpoints.bedrock}  ${context.bedrock === "aws" ? "passing chats on to AWS, which bills them" : "a scripted model"}`,
    ],
    ["Logs", path(context.logFolder)],
    ["Outputs", path(context.outputsFile)],
  ];
  return [
    `Streamgate, stack ${context.stack}, is ready after ${context.readySeconds.toFixed(1)} s.`,
    "",
    "Stack outputs (the same as on AWS)",
    ...table(rows),
    "",
    "Try",
    ...callExamples(outputs, fileNames(context.filesFolder)).map((line) => `  ${line}`),
    "",
    "Running on 127.0.0.1",
    ...table(running),
    "",
    "Ctrl-C stops everything.",
    "",
  ].join("\n");
}

function apiRows(name: string, api: ApiOutput | undefined): string[][] {
  return api === undefined ? [] : [[name, api.url], ...api.routes.map((route) => ["", route])];
}

function table(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map(([name, value]) => `  ${String(name).padEnd(15)} ${String(value)}`);
}

/** The first files of the folder, the largest kind of thing a user wants to see first. */
function fileNames(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name.normalize("NFC"));
  return names.includes("sample-25mb.bin") ? ["sample-25mb.bin", "hello.txt"] : names.slice(0, 2);
}
