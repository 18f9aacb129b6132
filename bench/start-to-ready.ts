import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { projectFolder } from "./download-code.ts";
import { alternate, type Measurement } from "./measure.ts";

/** How long `npm start` takes until all it starts is ready, without and with the private chat service. */
export async function measureStartToReady({ rounds = 3, warmups = 1 } = {}): Promise<Measurement> {
  const samples = await alternate(
    { rounds, warmups },
    () => secondsToReady("--config", "chat=false"),
    () => secondsToReady(),
  );
  return {
    question: "How long does npm start take to be ready?",
    unit: "s",
    better: "lower",
    baseline: { name: "without the private chat service", samples: samples.baseline },
    subject: { name: "the dev stack", samples: samples.subject },
    targets: [],
  };
}

/** On free ports, so that another local cloud may run. */
async function secondsToReady(...parameters: string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn("npm", ["start", "--silent", "--", "--json", "--port", "0", ...parameters], {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "inherit"],
    // npm passes on no signal; its group gets them all.
    detached: true,
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const outputs = once(lines, "line").then(([line]) => JSON.parse(String(line)) as object);
  await Promise.race([
    outputs,
    exited.then(([code]) => {
      throw new Error(`npm start ended with exit code ${String(code)} before it was ready`);
    }),
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  await exited;
  return seconds;
}
