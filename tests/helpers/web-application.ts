import { spawnSync } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import test, { type ExecutionContext } from "ava";
import { ZipFile } from "yazl";
import { type ResponseMetadata, PreludeParser } from "../../contract/response-prelude.ts";
import type { LambdaHostOptions } from "../../local/lambda/lambda-host.ts";
import { type HostedTestFunction, hostFunction } from "./lambda-host.ts";
import { region } from "./recorded-function.ts";
import { restEvent } from "./rest-event.ts";

const projectFolder = join(import.meta.dirname, "../..");
const applicationFolder = join(projectFolder, "tests/fixtures/web-application");
const adapterFolder = ".cache/lambda-web-adapter";

/** Path of the machine's Python; empty where there is none. */
const { status, stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable, end='')"]);
const pythonPath = status === 0 ? stdout.toString() : "";

const isInstalled = pythonPath !== "" && existsSync(join(projectFolder, adapterFolder, "bin/lambda-adapter"));

/** `test`, or `test.skip` where Python or the Lambda Web Adapter is missing; in CI they have to be there. */
export const webApplicationTest = isInstalled || process.env["CI"] !== undefined ? test : test.skip;

if (!isInstalled)
  test.skip("no Python 3 or no adapter: install Python, run .ci/install-lambda-web-adapter", () => {});

/** The official layer's ARN. */
export function webAdapterLayerArn(machine: "X86" | "Arm64" = "Arm64"): string {
  return `arn:aws:lambda:${region}:753240598075:layer:LambdaAdapterLayer${machine}:27`;
}

export interface WebApplication extends HostedTestFunction {
  /** Sends a request by way of a proxy event, and reads the response to its end. */
  readonly send: (path: string, event?: Parameters<typeof restEvent>[1]) => Promise<WebResponse>;
}

export interface WebResponse {
  readonly metadata: ResponseMetadata;
  readonly payload: string;
}

export interface WebApplicationOptions extends Partial<LambdaHostOptions> {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Files of the package beside the application's own. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Permissions of the startup script. Default: 0o755. */
  readonly scriptMode?: number;
}

/** Hosts `tests/fixtures/web-application` behind the adapter, as a zip file. */
export async function hostWebApplication(
  t: ExecutionContext,
  { inputs, variables, files, scriptMode, ...options }: WebApplicationOptions = {},
): Promise<WebApplication> {
  const folder = await preparedProject(t);
  const zip = await packApplication(folder, files ?? {}, scriptMode ?? 0o755);
  const hosted = await hostFunction(t, "", {
    projectFolder: folder,
    inputs: {
      code: { path: Promise.resolve(zip) },
      handler: "run.sh",
      runtime: "python3.13",
      architectures: ["arm64"],
      layers: [webAdapterLayerArn()],
      memorySize: 512,
      timeout: 30,
      environment: {
        variables: {
          AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap",
          AWS_LWA_INVOKE_MODE: "response_stream",
          AWS_LWA_PORT: "8080",
          ...variables,
        },
      },
      ...inputs,
    },
    ...options,
  });
  const send: WebApplication["send"] = async (path, event) => {
    const { body } = await hosted.stream(restEvent(path, event));
    return parseResponse(body);
  };
  return { ...hosted, send };
}

/** @throws MalformedPreludeError when the bytes do not begin with a whole prelude. */
export function parseResponse(body: Buffer): WebResponse {
  const parser = new PreludeParser();
  const { metadata, payload } = parser.push(body) ?? parser.end();
  return { metadata, payload: payload.toString() };
}

/** A project's folder with the adapter, and with this machine's Python in the place of an installed one. */
async function preparedProject(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, ".cache/python/venv/bin"), { recursive: true });
  await mkdir(join(folder, ".cache/python/runtime/boto3"), { recursive: true });
  await symlink(pythonPath, join(folder, ".cache/python/venv/bin/python3"));
  await symlink(join(projectFolder, adapterFolder), join(folder, adapterFolder));
  return folder;
}

async function packApplication(
  folder: string,
  files: Readonly<Record<string, string>>,
  scriptMode: number,
): Promise<string> {
  const zip = new ZipFile();
  zip.addFile(join(applicationFolder, "run.sh"), "run.sh", { mode: 0o100000 | scriptMode });
  zip.addFile(join(applicationFolder, "application.py"), "application.py", { mode: 0o100644 });
  for (const [path, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), path);
  zip.end();
  const path = join(folder, "function.zip");
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
