import { openSync } from "node:fs";
import { createServer } from "node:net";
import { launch } from "../../local/host/child-process.ts";
import { freePort, listenOnLoopback } from "../../local/host/loopback.ts";

/* Takes all descriptors its system gives it, and prints how what needs one fails. */

const codeOf = (error: NodeJS.ErrnoException) => error.code;
for (;;) {
  try {
    openSync("/dev/null", "r");
  } catch {
    break;
  }
}
const end = await launch("/bin/sh", ["-c", "true"], { stdio: "pipe" }).closed;
const results = {
  spawn: "failure" in end && end.failure.code,
  listen: await listenOnLoopback(createServer()).catch(codeOf),
  freePort: await freePort().catch(codeOf),
};
console.log(JSON.stringify(results));
