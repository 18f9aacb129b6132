import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import type { ProgramOptions } from "../../local/program/run-program.ts";
import { type StackSettings, readStackSettings } from "../../local/program/stack-settings.ts";
import { type GrpcEngine, startGrpcEngine } from "./grpc-engine.ts";

/** How a run of the program in Pulumi's own process ended, and what the engine saw of it. */
export interface RunnerResult {
  readonly engine: GrpcEngine;
  readonly exitCode: number | null;
  /** stdout, stderr and what the program logged to the engine. */
  readonly output: string;
}

export interface RunnerOptions extends Pick<ProgramOptions, "simulator" | "functions"> {
  /** Folder with `Pulumi.yaml`. */
  readonly projectFolder: string;
  readonly stack: string;
  /** `key=value`, as the Pulumi CLI takes them. Default: none. */
  readonly config?: readonly string[];
  readonly preview: boolean;
}

/**
 * Runs a program the way `pulumi up` and `pulumi preview` do: the language runner of the program's own
 * `@pulumi/pulumi`, in a process of its own, with the arguments and variables the CLI passes.
 *
 * Source: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
 */
export async function runInLanguageRunner(options: RunnerOptions): Promise<RunnerResult> {
  const settings = readStackSettings(options.projectFolder, options.stack, options.config);
  const { engine, address, close } = await startGrpcEngine({ ...options, ...settings });
  try {
    const child = spawn(process.execPath, commandLine(options, settings, address), {
      cwd: options.projectFolder,
      env: environment(options.projectFolder, settings),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 110_000,
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { engine, exitCode, output: [stdout, stderr, ...engine.log].join("\n") };
  } finally {
    close();
  }
}

function commandLine(options: RunnerOptions, { project, stack }: StackSettings, address: string): string[] {
  const { projectFolder, preview } = options;
  return [
    ...runtimeOptions(projectFolder).nodeargs,
    createRequire(join(projectFolder, "Pulumi.yaml")).resolve("@pulumi/pulumi/cmd/run"),
    ...["--monitor", address, "--engine", address, "--organization", "organization"],
    ...["--project", project, "--root-directory", projectFolder, "--stack", stack, "--pwd", projectFolder],
    ...(preview ? ["--dry-run"] : []),
    ...["--parallel", "16", "."],
  ];
}

function environment(projectFolder: string, { config }: StackSettings): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    // The CLI still writes keys in their old form, `project:config:key`.
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(":", ":config:"), value])),
    ),
    PULUMI_CONFIG_SECRET_KEYS: "[]",
    ...(runtimeOptions(projectFolder).typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  };
}

/** `runtime.options`, with the CLI's defaults: TypeScript by way of ts-node, and no arguments for Node. */
function runtimeOptions(projectFolder: string): { nodeargs: string[]; typescript: boolean } {
  const { runtime } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
    runtime: { options?: { nodeargs?: string; typescript?: boolean } };
  };
  const { nodeargs = "", typescript = true } = runtime.options ?? {};
  return { nodeargs: nodeargs.split(" ").filter(Boolean), typescript };
}
