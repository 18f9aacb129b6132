import type { BedrockRuntimeClient, BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createBedrockClient } from "../../core/chat-stream/index.ts";

/** How many streams the client is made for: more than the sockets the SDK allows by itself. */
export const STREAMS = 60;

/** Bedrock's number for every request. */
export const REQUEST_ID = "4f0b0a3e-2c57-4d6b-9a4c-0d7f3b1e2a99";

/** Bedrock's side of one request, one step a call. */
export interface ScriptedResponse {
  /** Sends status 200 and the headers, and no body yet. */
  readonly begin: () => void;
  /** Resolves once the bytes are with the kernel. */
  readonly send: (...frames: readonly Uint8Array[]) => Promise<void>;
  readonly end: () => void;
  /** Ends the connection with an RST. */
  readonly reset: () => void;
  /** Ends the connection with a FIN and the body without its last chunk. */
  readonly close: () => void;
  /** An error before the stream, as Bedrock answers it. */
  readonly refuse: (
    status: number,
    type: string,
    message: string,
    headers?: Readonly<Record<string, string>>,
  ) => void;
}

/** What Bedrock does with a request. Whatever it does not end stays open, silently. */
export type Script = (response: ScriptedResponse) => void | Promise<void>;

export interface ReceivedConverse {
  /** Still percent-encoded. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Resolves once the response is over, whoever ended it. */
  readonly closed: Promise<void>;
}

export interface ScriptedBedrock {
  readonly client: BedrockRuntimeClient;
  /** What has arrived so far, the SDK's own retries included. */
  readonly requests: readonly ReceivedConverse[];
  /** Resolves with the next request to come, or the last one that has. */
  readonly requested: () => Promise<ReceivedConverse>;
  readonly connections: () => number;
}

/**
 * Starts a stand-in for Bedrock on loopback that answers by script, and a real client that talks to it, made as
 * for production.
 *
 * @param scripts One a request; the last one answers all further requests.
 */
export async function startScriptedBedrock(
  t: ExecutionContext,
  scripts: Script | readonly [Script, ...Script[]],
  clientConfig: BedrockRuntimeClientConfig = {},
): Promise<ScriptedBedrock> {
  const list = typeof scripts === "function" ? [scripts] : scripts;
  const requests: ReceivedConverse[] = [];
  // A connection at rest is kept, however long the test takes to its next request.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    const text = await buffer(request).catch(() => undefined);
    // The caller left in the middle of it.
    if (text === undefined) return;
    const body = JSON.parse(text.toString()) as Record<string, unknown>;
    const script = list[Math.min(requests.length, list.length - 1)];
    requests.push({ path: request.url ?? "", body, closed });
    server.emit("converse");
    await script?.(scriptedResponse(response));
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = createBedrockClient(
    { maxStreams: STREAMS },
    {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      ...clientConfig,
    },
  );
  t.teardown(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  const requested = async () => {
    for (;;) {
      const last = requests.at(-1);
      if (last) return last;
      await once(server, "converse");
    }
  };
  return { client, requests, requested, connections: () => connections };
}

function scriptedResponse(response: ServerResponse): ScriptedResponse {
  const begin = () => {
    if (response.headersSent) return;
    response.writeHead(200, {
      "content-type": "application/vnd.amazon.eventstream",
      "x-amzn-requestid": REQUEST_ID,
    });
    response.flushHeaders();
  };
  const send = async (...frames: readonly Uint8Array[]) => {
    begin();
    await new Promise<void>((resolve) => response.write(Buffer.concat(frames), () => resolve()));
  };
  return {
    begin,
    send,
    end: () => {
      begin();
      response.end();
    },
    reset: () => response.socket?.resetAndDestroy(),
    close: () => response.socket?.destroy(),
    refuse: (status, type, message, headers = {}) => {
      response.writeHead(status, {
        "content-type": "application/json",
        "x-amzn-errortype": type,
        "x-amzn-requestid": REQUEST_ID,
        ...headers,
      });
      response.end(JSON.stringify({ message }));
    },
  };
}
