// Makes what the container runs: `node app/build.mjs FOLDER` writes main.mjs, one file that needs nothing but Node.js, and
// the page's files beside it. The Dockerfile's build stage runs this, and so do the local cloud and the tests.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Say which folder to build into: node app/build.mjs FOLDER");

buildSync({
  entryPoints: [join(import.meta.dirname, "main.ts")],
  outfile: join(folder, "main.mjs"),
  // Fixed, so that the same source makes the same file wherever it lies.
  absWorkingDir: join(import.meta.dirname, ".."),
  bundle: true,
  format: "esm",
  platform: "node",
  // The local cloud runs it on the laptop's Node.js.
  target: "node20",
  mainFields: ["module", "main"],
  // Koa and pino are CommonJS, and ask for Node.js's own modules by `require`.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
cpSync(join(import.meta.dirname, "public"), join(folder, "public"), { recursive: true });
