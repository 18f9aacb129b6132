import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";

const bundles = new Map<string, string>();

/**
 * Bundles a TypeScript handler into the archive of a Node.js function: one `index.mjs`, without the AWS SDK,
 * which the Lambda runtime carries. Bundled while the program runs, so nothing has to be built before `pulumi up`
 * and nothing can be stale.
 *
 * @param entry Absolute path of the file that exports the handler.
 * @throws Error with esbuild's messages when the file does not compile.
 */
export function nodeFunctionCode(entry: string): pulumi.asset.AssetArchive {
  const bundle = bundles.get(entry) ?? bundleHandler(entry);
  bundles.set(entry, bundle);
  return new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(bundle) });
}

function bundleHandler(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    // Fixed, so that the bundle, and with it the deployed code, does not change with the folder it is run from.
    absWorkingDir: import.meta.dirname,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    external: ["@aws-sdk/*"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("");
}
