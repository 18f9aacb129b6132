// Makes what the container runs: `node app/build.mjs FOLDER` writes main.mjs, one file that needs nothing but Node.js, and
// the page beside it. The Dockerfile's build stage runs this, and so do the local cloud and the tests.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Say which folder to build into: node app/build.mjs FOLDER");

const app = import.meta.dirname;
const oneFile = {
  // Fixed, so that the same source makes the same file wherever it lies.
  absWorkingDir: join(app, ".."),
  bundle: true,
  format: "esm",
  logLevel: "warning",
};

buildSync({
  ...oneFile,
  entryPoints: [join(app, "main.ts")],
  outfile: join(folder, "main.mjs"),
  platform: "node",
  // The local cloud runs it on the laptop's Node.js.
  target: "node20",
  mainFields: ["module", "main"],
  // Koa is CommonJS, and asks for Node.js's own modules by `require`.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});

// A file fewer is a request fewer, which the gateway would take its time for, and count against the API's throttle.
buildSync({
  ...oneFile,
  entryPoints: [join(app, "public", "assets", "app.js")],
  outfile: join(folder, "public", "assets", "app.js"),
  target: "es2022",
});
cpSync(join(app, "public"), join(folder, "public"), {
  recursive: true,
  filter: (source) => !source.endsWith(".js"),
});
