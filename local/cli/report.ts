import { join, relative } from "node:path";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import type { LocalCloud } from "../cloud.ts";
import { isInBlock } from "../iam/policy-conditions.ts";
import type { StackSettings } from "../program/stack-settings.ts";
import { callExamples } from "./call-examples.ts";
import { servedFiles } from "./served-files.ts";

export interface ReportContext {
  readonly settings: StackSettings;
  readonly filesFolder: string;
  readonly logFolder: string;
  readonly outputsFile: string;
  readonly caps: boolean;
  readonly bedrock: "local" | "aws";
  readonly readySeconds: number;
}

/** Report when everything runs: outputs, commands to paste, and the services behind them. */
export function readyReport(outputs: LocalCloud["outputs"], context: ReportContext): string {
  const { downloadApi, chatApi, local, keptOnDestroy, ...plain } = outputs;
  const rows = [
    ...apiRows("downloadApi", downloadApi),
    ...apiRows("chatApi", chatApi),
    ...Object.entries(plain),
    ["kept on destroy", keptOnDestroy.join(" ")],
  ];
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
    `Streamgate, stack ${context.settings.stack}, is ready after ${context.readySeconds.toFixed(1)} s.`,
    "",
    "Stack outputs (the same as on AWS)",
    ...table(rows),
    "",
    "Try",
    ...whatToTry(outputs, context).map((line) => `  ${line}`),
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

/** Commands, and what keeps them from working. */
function whatToTry(
  outputs: LocalCloud["outputs"],
  { settings: { project, config }, filesFolder }: ReportContext,
): string[] {
  const keyPrefix = config[`${project}:keyPrefix`] ?? "";
  const files = servedFiles(filesFolder, keyPrefix);
  const lines = callExamples(outputs, files);
  if (files.length === 0)
    lines.unshift(`no file to download yet: put one into ${path(join(filesFolder, keyPrefix))}`);
  const allowed = JSON.parse(config[`${project}:allowedCidrs`] ?? "[]") as string[];
  if (allowed.length > 0 && !allowed.some((block) => isInBlock("127.0.0.1", block))) {
    lines.push(
      `all of these are answered with 403, because allowedCidrs leaves out 127.0.0.1; --config 'allowedCidrs=[]' lets them in`,
    );
  }
  return lines;
}

function path(absolute: string): string {
  return relative(process.cwd(), absolute) || ".";
}
