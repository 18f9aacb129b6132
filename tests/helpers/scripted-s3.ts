import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createS3Client, type ObjectStore } from "../../core/object-stream/index.ts";

/** One answer of the scripted S3, byte for byte. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Announce the whole body, send so many bytes of it, then drop the connection. */
  readonly cutAfterBytes?: number;
  /** Send nothing at all. */
  readonly silent?: boolean;
  /** Announce the whole body, send so many bytes of it, then send nothing more. */
  readonly stallAfterBytes?: number;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ScriptedS3 {
  readonly store: ObjectStore;
  /** What has arrived so far, the SDK's own retries included. */
  readonly requests: readonly ReceivedRequest[];
  /** Connections made so far. */
  readonly connections: () => number;
  /** Resolves once no connection is carrying a request. */
  readonly idle: () => Promise<void>;
}

/** The answers in order, one a request, or a function that makes them. A request too many is answered with 501. */
export type Script = readonly ScriptedAnswer[] | ((request: ReceivedRequest) => ScriptedAnswer);

export const ETAG = '"5d41402abc4b2a76b9719d911017c592"';
export const LAST_MODIFIED = "Sun, 22 Nov 2026 05:00:00 GMT";

/** Starts a stand-in for S3 on loopback that answers by script, and a store whose real S3 client talks to it. */
export async function startScriptedS3(
  t: ExecutionContext,
  script: Script,
  clientConfig: S3ClientConfig = {},
): Promise<ScriptedS3> {
  const requests: ReceivedRequest[] = [];
  const open = new Set<ServerResponse>();
  // A connection at rest is kept, however long the test takes to its next request.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const { method = "", url = "", headers } = request;
    open.add(response);
    response.once("close", () => open.delete(response));
    const received = { method, url, headers };
    requests.push(received);
    const answer = typeof script === "function" ? script(received) : script[requests.length - 1];
    send(response, method, answer ?? { status: 501 });
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = createS3Client(
    {},
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
  const idle = async () => {
    await Promise.all([...open].map((response) => once(response, "close")));
  };
  return {
    store: { client, bucket: "bucket", keyPrefix: "" },
    requests,
    connections: () => connections,
    idle,
  };
}

function send(response: ServerResponse, method: string, answer: ScriptedAnswer): void {
  if (answer.silent === true) return;
  const { status = 200, headers = {}, cutAfterBytes, stallAfterBytes } = answer;
  const body = Buffer.from(answer.body ?? "");
  const hasBody = status !== 304;
  // The length last: after it Node.js refuses a Content-Disposition beyond ASCII.
  const { "content-length": length = body.length, ...others } = headers;
  response.writeHead(status, { ...others, ...(hasBody && { "content-length": length }) });
  if (method === "HEAD" || !hasBody) response.end();
  else if (cutAfterBytes !== undefined) {
    response.write(body.subarray(0, cutAfterBytes), () => response.socket?.destroy());
    response.flushHeaders();
  } else if (stallAfterBytes !== undefined) {
    response.write(body.subarray(0, stallAfterBytes));
    response.flushHeaders();
  } else response.end(body);
}

/** S3's answer with an object, or with the range of it that the request asks for. */
export function answerWithObject(
  content: Uint8Array | string,
  { headers }: Pick<ReceivedRequest, "headers">,
  stored: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  const bytes = Buffer.from(content);
  const common = { etag: ETAG, "last-modified": LAST_MODIFIED, "content-type": "text/plain", ...stored };
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  if (first === undefined || last === undefined) return { headers: common, body: bytes };
  const start = first === "" ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes.length : Math.min(Number(last) + 1, bytes.length);
  if (start >= end) {
    return s3Error(416, "InvalidRange", `<ActualObjectSize>${bytes.length}</ActualObjectSize>`);
  }
  return {
    status: 206,
    headers: { ...common, "content-range": `bytes ${start}-${end - 1}/${bytes.length}` },
    body: bytes.subarray(start, end),
  };
}

/** An error document as S3 writes it. */
export function s3Error(status: number, code: string, members = ""): ScriptedAnswer {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body:
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>internal-words</Message>` +
      `${members}<RequestId>R</RequestId><HostId>H</HostId></Error>`,
  };
}
