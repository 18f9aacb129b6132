import test from "ava";
import { build } from "esbuild";
import { join } from "node:path";

const LARGEST_BUNDLE_BYTES = 64 * 1024;

test("the function bundles into one small file that needs nothing but Node and the AWS SDK", async (t) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, "../../../lambda/chat/index.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    external: ["@aws-sdk/*"],
    outfile: "index.mjs",
    metafile: true,
    write: false,
  });
  const imported = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports.map(({ path }) => path))
    .filter((path) => !path.startsWith("node:"));
  t.deepEqual([...new Set(imported)], ["@aws-sdk/client-bedrock-runtime"]);
  t.true((outputFiles[0]?.contents.length ?? Infinity) < LARGEST_BUNDLE_BYTES);
});
