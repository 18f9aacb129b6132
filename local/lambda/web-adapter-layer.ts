import { access, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";

/**
 * The official layer of the Lambda Web Adapter, in any Region and version. The names are those of its release
 * template. Source: https://aws.github.io/aws-lambda-web-adapter/getting-started/zip-packages.html
 */
export const webAdapterLayerArn =
  /^arn:aws:lambda:[a-z0-9-]+:753240598075:layer:LambdaAdapterLayer(?<machine>X86|Arm64):\d+$/;

/** Path of the adapter that `.ci/install-lambda-web-adapter` builds, from the project's folder. */
const ADAPTER = ".cache/lambda-web-adapter/bin/lambda-adapter";

/** The layer's wrapper script, byte for byte: it runs the handler as a program. */
const BOOTSTRAP = `#!/bin/bash

exec -- "\${LAMBDA_TASK_ROOT}/\${_HANDLER}"`;

/**
 * Puts into a folder what the layer has in `/opt`, with the adapter built for this machine.
 *
 * @throws UsageError when the adapter has not been built.
 */
export async function writeWebAdapterLayer(optFolder: string, projectFolder: string): Promise<void> {
  const adapter = join(projectFolder, ADAPTER);
  try {
    await access(adapter);
  } catch {
    throw new UsageError(
      `A function has the Lambda Web Adapter's layer, and the adapter (${adapter}) is built by .ci/install-lambda-web-adapter.`,
    );
  }
  await mkdir(join(optFolder, "extensions"), { recursive: true });
  await symlink(adapter, join(optFolder, "extensions", "lambda-adapter"));
  await writeFile(join(optFolder, "bootstrap"), BOOTSTRAP, { mode: 0o755 });
}

/**
 * The variables that say where the adapter finds the function's HTTP server. On AWS every environment has ports of its
 * own; here they share the machine's, so each gets another one.
 */
export function webAdapterPortVariables(port: number): Record<string, string> {
  return { AWS_LWA_PORT: String(port), PORT: String(port) };
}
