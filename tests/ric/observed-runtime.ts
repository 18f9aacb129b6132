import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import type { Interference, Observation, Post, Row } from "./row.ts";

const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:probe";
const requestIds = ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"];

/** Runs a runtime client through a row: one invocation, then another to see whether it lives. */
export async function observe(entry: string, row: Row): Promise<Observation> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-ric-"));
  try {
    await writeFiles(folder, row.files);
    return await observeIn(folder, entry, row);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function observeIn(folder: string, entry: string, row: Row): Promise<Observation> {
  const api = new ObservingApi(row);
  const runtime = spawn(process.execPath, [entry], {
    cwd: folder,
    env: {
      ...variables(await api.listen(), folder),
      _HANDLER: row.handler ?? "index.handler",
      ...row.variables,
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const stdout = text(runtime.stdout);
  const closed = once(runtime, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  if (row.endAtPoll !== undefined) void api.polled.then(() => runtime.kill(row.endAtPoll));
  const ending = closed.then(([code, signal]) =>
    code === null ? `signal ${String(signal)}` : `exit ${code}`,
  );
  // The official client's native part crashes on Node.js 20 where it exits with 1 on newer ones.
  const endingOf = row.poll === "refuse" ? ending.then(() => "ended") : ending;
  const then = (await Promise.race([endingOf, api.served])) as Observation["then"];
  runtime.kill("SIGKILL");
  await closed;
  api.close();
  return {
    ...api.seen,
    ...(row.logs === true && { stdout: masked(await stdout) }),
    then,
  };
}

/** A Runtime API that notes what comes in. */
class ObservingApi {
  readonly seen: { initError?: string; post?: Post } = {};
  readonly served: Promise<"served">;
  readonly polled: Promise<void>;
  readonly #row: Row;
  readonly #server = createServer({ headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0 });
  #polls = 0;
  #markServed: () => void = () => {};
  #markPolled: () => void = () => {};

  constructor(row: Row) {
    this.#row = row;
    this.served = new Promise((resolve) => (this.#markServed = () => resolve("served")));
    this.polled = new Promise((resolve) => (this.#markPolled = resolve));
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, requestId, action] = /^\/2018-06-01\/runtime\/(.*)\/([a-z]+)$/.exec(request.url ?? "") ?? [];
    if (action === "next") return this.#answerPoll(response);
    if (requestId === "init") {
      this.seen.initError = (JSON.parse(await text(request)) as { errorType: string }).errorType;
    } else if (requestId === `invocation/${requestIds[0]}`) {
      if (this.#row.interference !== undefined) return interfere(this.#row.interference, request);
      this.seen.post = await readPost(request, action === "error" ? "error" : "response");
    } else {
      request.resume();
      await once(request, "end");
      this.#markServed();
    }
    response.writeHead(202).end("{}");
  }

  #answerPoll(response: ServerResponse): void {
    const requestId = requestIds[this.#polls++] ?? "none";
    this.#markPolled();
    if (this.#row.endAtPoll !== undefined) return;
    if (this.#row.poll === "drop") response.destroy();
    else if (this.#row.poll === "refuse") response.writeHead(500).end("{}");
    else {
      response.writeHead(200, {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": requestId,
        "Lambda-Runtime-Deadline-Ms": Date.now() + 900_000,
        "Lambda-Runtime-Invoked-Function-Arn": functionArn,
        "Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
      });
      response.end(this.#polls === 1 ? (this.#row.event ?? "{}") : '"again"');
    }
  }
}

/** Answers by hand: Node's own response would stop reading the request. */
async function interfere(interference: Interference, request: IncomingMessage): Promise<void> {
  await once(request, "readable");
  const { socket } = request;
  request.on("error", () => {}).resume();
  const answer = (connection: string) =>
    `HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: ${connection}\r\n\r\n{}`;
  switch (interference) {
    case "reset":
      socket.resetAndDestroy();
      break;
    case "finish":
      socket.end();
      break;
    case "answer early":
      socket.write(answer("keep-alive"));
      break;
    case "answer early and close":
      socket.write(answer("close"));
      break;
  }
}

async function readPost(request: IncomingMessage, to: Post["to"]): Promise<Post> {
  const body = (await buffer(request)).toString("latin1");
  const isStreaming = request.headers["lambda-runtime-function-response-mode"] === "streaming";
  const errorType = request.trailers["lambda-runtime-function-error-type"];
  const errorBody = request.trailers["lambda-runtime-function-error-body"] ?? "";
  const error =
    to === "error" ? body : errorType === undefined ? undefined : Buffer.from(errorBody, "base64").toString();
  return {
    to,
    ...(isStreaming && { mode: "streaming" }),
    contentType: request.headers["content-type"] ?? "none",
    body: to === "error" ? "" : body,
    ...(error !== undefined && { error: errorOf(error) }),
  };
}

function errorOf(json: string): NonNullable<Post["error"]> {
  const { errorType, errorMessage } = JSON.parse(json) as NonNullable<Post["error"]>;
  return { errorType, errorMessage };
}

function masked(stdout: string): string {
  return stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME").replaceAll(requestIds[0] ?? "", "ID");
}

function variables(runtimeApi: string, folder: string): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: folder,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: "probe",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/probe",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/22/[$LATEST]0",
  };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
