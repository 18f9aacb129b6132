#!/usr/bin/env node
// Plain JavaScript, so that every Node.js can read it; the rest is TypeScript.
await import("../../ts.mjs");
const { runCommand } = await import("./run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2));
