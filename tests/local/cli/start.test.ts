import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { isAlive } from "../../helpers/is-alive.ts";
import { projectFolder, type TestOutputs } from "../../helpers/local-cloud.ts";
import { until } from "../../helpers/until.ts";

/*
 * `npm start` as a user types it. Serial, because every run of a checkout writes the same `.streamgate/outputs.json`.
 */

const outputsFile = join(projectFolder, ".streamgate", "outputs.json");

interface RunningStart {
  readonly outputs: TestOutputs;
  readonly process: ChildProcess;
  readonly printed: () => string;
}

async function start(t: ExecutionContext, ...args: string[]): Promise<RunningStart> {
  // A process group of its own, as a terminal makes one: Ctrl-C reaches all of it.
  const child = spawn("npm", ["start", "--", "--port", "0", ...args], { cwd: projectFolder, detached: true });
  t.teardown(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGKILL");
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const outputs = await until(() => {
    // The URL tells this run's file from an older one's.
    const file = readIfThere(outputsFile);
    const read = file.endsWith("}\n") ? (JSON.parse(file) as TestOutputs) : undefined;
    return read !== undefined && printed.includes(read.downloadApi.url) && read;
  }, 100);
  return { outputs, process: child, printed: () => printed };
}

/** Another run may take its file away at any moment. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function refusal(...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ["local/start.mjs", ...args], {
    cwd: projectFolder,
    encoding: "utf8",
  });
  return { status, stderr };
}

function descendants(pid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const children = rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid);
  return children.flatMap(([child = 0]) => [child, ...descendants(child)]);
}

test.serial(
  "npm start serves both APIs, prints commands that work, and Ctrl-C leaves nothing behind",
  async (t) => {
    const running = await start(t, "--no-caps");
    t.is(statSync(outputsFile).mode & 0o777, 0o600);

    const folder = mkdtempSync(join(tmpdir(), "streamgate-start-"));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const commands = running.printed().match(/^ +curl .*$/gm) ?? [];
    const printedBy = new Map(
      commands.map((command) => [
        command,
        execFileSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" }),
      ]),
    );
    const { downloadApi, chatApi } = running.outputs;
    for (const url of [`${downloadApi.url}/download/`, `${downloadApi.url}/chat`, `${chatApi?.url}/stream`]) {
      t.true(
        commands.some((command) => command.includes(`"${url}`)),
        url,
      );
    }
    const [chat = "", answer = ""] =
      [...printedBy].find(([command]) => command.includes(`${chatApi?.url}/stream`)) ?? [];
    t.true(chat.includes("--no-buffer"));
    t.regex(answer, /^\{"data":"「"\}\n\{"data":"こ"\}\n(.|\n)*\{"done":.*\}\n$/);
    t.true(running.printed().includes(`in a browser: ${chatApi?.url}/`));
    t.regex(await (await fetch(`${chatApi?.url}/`)).text(), /^<!doctype html>/i);
    t.deepEqual(await (await fetch(`${chatApi?.url}/health`)).json(), { status: "healthy" });
    const sample = join(projectFolder, ".streamgate", "files", "sample-25mb.bin");
    t.is(statSync(sample).size, 25 * 1024 * 1024);
    t.true(readFileSync(sample).equals(readFileSync(join(folder, "sample-25mb.bin"))));

    const pid = running.process.pid ?? 0;
    const pids = [pid, ...descendants(pid)];
    t.true(pids.length >= 6, "npm, the cloud, the environments of two functions and two tasks");
    process.kill(-pid, "SIGINT");
    await once(running.process, "exit");
    await until(() => pids.every((one) => !isAlive(one)));
    t.false(existsSync(outputsFile));
  },
);

test.serial("no compiler stays once the functions are bundled", async (t) => {
  const running = await start(t);
  const pids = [running.process.pid ?? 0, ...descendants(running.process.pid ?? 0)];
  const commands = execFileSync("ps", ["-o", "args=", "-p", pids.join()], { encoding: "utf8" });
  // On Node.js 20 tsx starts one for files that it has not in its cache; the test before has filled it.
  t.deepEqual(
    commands.split("\n").filter((command) => command.includes("esbuild")),
    [],
  );
  process.kill(-(running.process.pid ?? 0), "SIGINT");
  await once(running.process, "exit");
});

test.serial("--files serves the user's folder, read-only, and --json prints the outputs alone", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-files-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "mine.txt"), "my own file");
  const running = await start(t, "--json", "--files", folder, "--config", "stage=v1");
  const { outputs } = running;
  const json = running.printed().slice(running.printed().indexOf("{"));
  t.deepEqual(JSON.parse(json), outputs);
  t.true(outputs.downloadApi.url.endsWith("/v1"));
  const response = await fetch(`${outputs.downloadApi.url}/download/mine.txt`, {
    headers: { "x-api-key": outputs.apiKey },
  });
  t.is(await response.text(), "my own file");
  process.kill(-(running.process.pid ?? 0), "SIGTERM");
  await once(running.process, "exit");
});

test.serial("--help names every flag", (t) => {
  const help = execFileSync(process.execPath, ["local/start.mjs", "--help"], {
    cwd: projectFolder,
    encoding: "utf8",
  });
  for (const flag of [
    "--files",
    "--stack",
    "--config",
    "--port",
    "--no-caps",
    "--bedrock",
    "--json",
    "--help",
  ]) {
    t.true(help.includes(flag), flag);
  }
});

const refusals = [
  { args: ["--fast"], says: /'--fast'/ },
  { args: ["--files", "/no/such/folder"], says: /\/no\/such\/folder does not exist/ },
  { args: ["--files", "package.json"], says: /package\.json is not a folder/ },
  { args: ["--port", "http"], says: /--port takes a number/ },
  { args: ["--bedrock", "real"], says: /--bedrock takes local or aws, not "real"/ },
  { args: ["--stack", "nowhere"], says: /no stack "nowhere"/ },
  { args: ["--config", "stage"], says: /--config takes key=value/ },
  { args: ["stray"], says: /stray/ },
];

for (const { args, says } of refusals) {
  test.serial(`${args.join(" ")} is refused in one sentence`, (t) => {
    const { status, stderr } = refusal(...args);
    t.is(status, 2);
    t.regex(stderr, says);
    t.is(stderr.trim().split("\n").length, 1, stderr);
  });
}

test.serial("--bedrock aws without credentials is refused in one sentence", (t) => {
  const { status, stderr } = spawnSync(process.execPath, ["local/start.mjs", "--bedrock", "aws"], {
    cwd: projectFolder,
    encoding: "utf8",
    // Nowhere to find credentials, and no looking for them on the network.
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      AWS_EC2_METADATA_DISABLED: "true",
      NODE_NO_WARNINGS: "1",
    },
  });
  t.is(status, 2);
  t.regex(stderr, /^--bedrock aws needs AWS credentials of your own that work: Could not load credentials/);
  t.is(stderr.trim().split("\n").length, 1, stderr);
});

test.serial(
  "a busy port is refused in one sentence, and with it the next one, which nobody named",
  async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    t.teardown(() => server.close());
    const { port } = server.address() as { port: number };
    const next = createServer().listen(port + 1, "127.0.0.1");
    // When another program has the next port, it is as busy as it has to be.
    await once(next, "listening").catch(() => {});
    t.teardown(() => next.close());
    const { status, stderr } = refusal("--port", String(port));
    t.is(status, 2);
    t.regex(stderr, new RegExp(`^Port ${port} is in use`));
    t.is(stderr.trim().split("\n").length, 1, stderr);
  },
);

test.serial("a value the program refuses ends with the program's own words", (t) => {
  const { status, stderr } = refusal(
    "--config",
    "downloadTimeoutSeconds=901",
    "--config",
    "allowedCidr=10.0.0.0/8",
  );
  t.is(status, 1);
  t.regex(stderr, /streamgate:downloadTimeoutSeconds is "901"; allowed: a whole number from 1 to 900/);
  t.regex(stderr, /streamgate:allowedCidr is not a key of this program; the nearest is streamgate:/);
  t.notRegex(stderr, / at .*:\d+:\d+/);
});

test.serial("Ctrl-C while the cloud comes to life leaves nothing behind either", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-early-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const child = spawn(process.execPath, ["local/start.mjs", "--port", "0"], {
    cwd: projectFolder,
    env: { ...process.env, TMPDIR: folder },
    detached: true,
  });
  t.teardown(() => child.kill("SIGKILL"));
  const workFolders = () => readdirSync(folder).filter((name) => name.startsWith("streamgate-"));
  await until(() => workFolders().length > 0, 100);
  const pid = child.pid ?? 0;
  const pids = [pid, ...descendants(pid)];
  process.kill(-pid, "SIGINT");
  await once(child, "exit");
  t.deepEqual(workFolders(), []);
  await until(() => pids.every((one) => !isAlive(one)));
});

test.serial("it stops in order when nobody reads what it prints", async (t) => {
  const child = spawn(process.execPath, ["local/start.mjs", "--port", "0", "--json"], { cwd: projectFolder });
  t.teardown(() => child.kill("SIGKILL"));
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [exitCode] = (await once(child, "close")) as [number | null];
  t.is(exitCode, 0);
  t.is(stderr, "");
});

test.serial("an old Node.js is told which one is needed", (t) => {
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", oldNode], {
    cwd: projectFolder,
    encoding: "utf8",
    // Node.js has a word to say about variables for colours that contradict each other.
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: "1" },
  });
  t.is(status, 2);
  t.is(stderr, "Streamgate needs Node.js 20.19 or newer; this is 18.20.0.\n");
});

const oldNode = `
Object.defineProperty(process.versions, "node", { value: "18.20.0" });
await import("./local/start.mjs");
`;

test.serial("without its packages it says which command installs them", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-clone-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const path of ["local/start.mjs", "local/start.ts", "ts.mjs", "package.json"]) {
    cpSync(join(projectFolder, path), join(folder, path));
  }
  const { status, stderr } = spawnSync(process.execPath, ["local/start.mjs"], {
    cwd: folder,
    encoding: "utf8",
  });
  t.is(status, 2);
  t.regex(stderr, /^Cannot find (package|module) '[^']+'; run npm ci\.\n$/);
});
