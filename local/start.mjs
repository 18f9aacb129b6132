// Plain JavaScript that any Node.js can read, so that an old one is told which it should be.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Streamgate needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  // esbuild then bundles in a process that ends, in place of one that stays as long as this.
  process.env.ESBUILD_WORKER_THREADS ??= "0";
  try {
    await import("../ts.mjs");
    await import("./start.ts");
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || !/^Cannot find package/.test(error.message)) throw error;
    console.error(`${error.message.split(" imported")[0]}; run npm ci.`);
    process.exitCode = 2;
  }
}
