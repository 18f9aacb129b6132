import { join, relative } from "node:path";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import type { LocalCloud } from "../cloud.ts";
import { isInBlock } from "../iam/policy-conditions.ts";
import type { StackSettings } from "../program/stack-settings.ts";
import { callExamples } from "./call-examples.ts";
import { greetings, type Language } from "./greeting.ts";
import { servedFiles } from "./served-files.ts";

export interface ReportContext {
  readonly settings: StackSettings;
  readonly filesFolder: string;
  readonly logFolder: string;
  readonly outputsFile: string;
  readonly caps: boolean;
  readonly bedrock: "local" | "aws";
  readonly readySeconds: number;
  readonly language: Language;
}

/** Report when everything runs: outputs, commands to paste, and the services behind them. */
export function readyReport(outputs: LocalCloud["outputs"], context: ReportContext): string {
  const { downloadApi, chatApi, local, keptOnDestroy, ...plain } = outputs;
  const greeting = greetings[context.language];
  const rows = [
    ...apiRows("downloadApi", downloadApi),
    ...apiRows("chatApi", chatApi),
    ...Object.entries(plain),
    ["kept on destroy", keptOnDestroy.join(" ")],
  ];
  const running = [
    [
      "API Gateway",
      `${[downloadApi, chatApi].flatMap((api) => api?.url ?? []).join(" and ")}  ${context.caps ? "(AWS's bandwidth caps on; --no-caps lifts them)" : "(no bandwidth caps)"}`,
    ],
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
    greeting.ready(context.settings.stack, context.readySeconds.toFixed(1)),
    "",
    greeting.outputs,
    ...table(rows),
    "",
    greeting.examples,
    ...whatToTry(outputs, context).map((line) => `  ${line}`),
    "",
    greeting.running,
    ...table(running),
    "",
    greeting.stop,
    "",
  ].join("\n");
}

function apiRows(name: string, api: ApiOutput | undefined): string[][] {
  return api === undefined ? [] : [[name, api.url], ...routeLines(api.routes).map((line) => ["", line])];
}

/** A line for each path, with its methods; the files of a folder are one line. */
function routeLines(routes: readonly string[]): string[] {
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    const [method = "", path = ""] = route.split(" ");
    const shown = path.replace(/^(.*\/)[\w-]+\.\w+$/, "$1...");
    methods.set(shown, (methods.get(shown) ?? new Set()).add(method));
  }
  return [...methods].map(([path, ofPath]) => `${[...ofPath].join(", ")} ${path}`);
}

function table(rows: readonly (readonly unknown[])[]): string[] {
  const width = Math.max(...rows.map(([name]) => String(name).length));
  return rows.map(([name, value]) => `  ${String(name).padEnd(width)} ${String(value)}`);
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
