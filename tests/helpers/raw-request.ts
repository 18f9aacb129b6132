import { connect } from "node:net";

/** A request as bytes: nothing between the generator and the wire puts it right. */
export interface RawRequest {
  readonly method: string;
  /** The request target. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names; a repeated header is joined. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** @throws Error when the connection ends without a whole answer. */
export async function send(origin: string, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin);
  const lines = [
    `${request.method} ${request.target} HTTP/1.1`,
    `host: ${host}`,
    "connection: close",
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    ...(request.body === "" ? [] : [`content-length: ${Buffer.byteLength(request.body)}`]),
  ];
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  try {
    socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    socket.write(request.body);
    for await (const chunk of socket) chunks.push(chunk as Buffer);
  } catch (error) {
    // A server that refuses a request it has not read to its end resets the connection after its answer.
    if (chunks.length === 0) throw error;
  }
  return parseAnswer(Buffer.concat(chunks), request.method === "HEAD");
}

function parseAnswer(bytes: Buffer, isHead: boolean): RawAnswer {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) throw new Error(`no whole answer: ${bytes.toString("latin1").slice(0, 200)}`);
  const [statusLine = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [headers.get(name), line.slice(colon + 1).trim()].filter(Boolean).join(", "));
  }
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const rest = bytes.subarray(headEnd + 4);
  const body = headers.get("transfer-encoding") === "chunked" ? dechunk(rest) : rest;
  const announced = headers.get("content-length");
  const isBodiless = isHead || status === 204 || status === 304;
  if (announced !== undefined && !isBodiless && Number(announced) !== body.length)
    throw new Error(`Content-Length ${announced}, but ${body.length} bytes came`);
  return { status, headers, body };
}

function dechunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const length = parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    if (lineEnd < 0 || Number.isNaN(length)) throw new Error("the chunks end too early");
    if (length === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
