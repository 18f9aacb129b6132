import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/*
 * The floor for Node.js: plain HTTP on both sides, frames read by hand, no check of anything, one write for each read.
 * A yardstick, not a product. `node floor.mjs PORT BEDROCK_PORT`.
 */

const [port = 0, bedrockPort = 0] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Bytes of a frame around its headers and payload: lengths and their checksum before, a checksum behind. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

createServer({ noDelay: true, requestTimeout: 0 }, (incoming, response) => {
  incoming.resume();
  incoming.on("end", () => {
    const options = {
      host: "127.0.0.1",
      port: bedrockPort,
      method: "POST",
      path: "/model/m/converse-stream",
      agent,
    };
    request(options, (answer) => pass(answer, response)).end("{}");
  });
}).listen(port, "127.0.0.1");

function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  let rest: Buffer | undefined;
  answer.on("data", (chunk: Buffer) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    const { lines, end } = readFrames(bytes);
    rest = end < bytes.length ? bytes.subarray(end) : undefined;
    if (lines === "" || response.write(lines)) return;
    answer.pause();
    response.once("drain", () => answer.resume());
  });
  answer.on("end", () => response.end('{"done":{}}\n'));
}

function readFrames(bytes: Buffer): { readonly lines: string; readonly end: number } {
  let lines = "";
  let start = 0;
  while (bytes.length - start >= PRELUDE_BYTES) {
    const total = bytes.readUInt32BE(start);
    if (bytes.length - start < total) break;
    const payloadStart = start + PRELUDE_BYTES + bytes.readUInt32BE(start + 4);
    const text = bytes.toString("utf8", payloadStart, start + total - CHECKSUM_BYTES);
    if (text.startsWith('{"contentBlock')) {
      const { delta } = JSON.parse(text) as { delta?: { text?: string } };
      if (delta?.text !== undefined) lines += `${JSON.stringify({ data: delta.text })}\n`;
    }
    start += total;
  }
  return { lines, end: start };
}
