import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { nodeFunctionCode } from "../components/function/function-code.ts";

/**
 * A download function: as it is shipped, with the AWS SDK that the Lambda runtime carries; with the SDK bundled in; or the
 * founding document's smallest one.
 */
export type FunctionCode = "runtime" | "bundle" | "seed";

export const projectFolder = join(import.meta.dirname, "..");

const entry = join(projectFolder, "lambda", "download", "index.ts");
const seedEntry = join(import.meta.dirname, "seed-download.ts");

/** A download function's code, ready to be deployed. */
export function downloadCode(code: FunctionCode): pulumi.asset.AssetArchive {
  if (code === "runtime") return nodeFunctionCode(entry);
  const { outputFiles } = buildSync({
    entryPoints: [code === "seed" ? seedEntry : entry],
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
