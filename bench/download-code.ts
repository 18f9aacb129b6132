import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { nodeFunctionCode } from "../components/function/function-code.ts";

/** Where the function finds the AWS SDK: what the Lambda runtime carries, as it is shipped, or its own bundle. */
export type SdkOrigin = "runtime" | "bundle";

export const projectFolder = join(import.meta.dirname, "..");

const entry = join(projectFolder, "lambda", "download", "index.ts");

/** The download function's code, as deployed or with the SDK bundled in. */
export function downloadCode(sdk: SdkOrigin): pulumi.asset.AssetArchive {
  if (sdk === "runtime") return nodeFunctionCode(entry);
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    absWorkingDir: projectFolder,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The SDK's CommonJS build would need a `require` that an ES module does not have.
    mainFields: ["module", "main"],
    write: false,
    logLevel: "silent",
  });
  const text = outputFiles.map((file) => file.text).join("");
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(text) });
}
