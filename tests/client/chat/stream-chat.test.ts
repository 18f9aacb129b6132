import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { ClientError, streamChat, type ChatOptions, type StreamedChatEvent } from "../../../client/index.ts";

const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const done = { stopReason: "end_turn", usage, latencyMs: 5 };
const quick = { firstDelayMilliseconds: 1 };

/** Lends a server that answers the n-th request as told. */
async function withChat(
  respond: (response: ServerResponse, request: number, body: string) => void,
  use: (options: ChatOptions) => Promise<void>,
): Promise<void> {
  let requests = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => respond(response, requests++, body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    await use({
      url: `http://127.0.0.1:${port}/stream`,
      messages: [{ role: "user", content: "Hello" }],
      retry: quick,
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function read(options: ChatOptions): Promise<StreamedChatEvent[]> {
  const events: StreamedChatEvent[] = [];
  for await (const event of streamChat(options)) events.push(event);
  return events;
}

test("JSON lines become events, whatever pieces they come in; a heartbeat is none", async (t) => {
  const text = `{"reasoning":"hm"}\n {"data":"こん"}\n{"data":"にちは"}\n${JSON.stringify({ done })}\n`;
  await withChat(
    (response) => {
      const bytes = Buffer.from(text);
      for (let start = 0; start < bytes.length; start += 5) response.write(bytes.subarray(start, start + 5));
      response.end();
    },
    async (options) => {
      t.deepEqual(await read(options), [
        { type: "reasoning", text: "hm" },
        { type: "text", text: "こん" },
        { type: "text", text: "にちは" },
        { type: "done", ...done },
      ]);
    },
  );
});

test("server-sent events become the same", async (t) => {
  await withChat(
    (response) =>
      response.end(`event: data\ndata: a\ndata: b\n\nevent: done\ndata: ${JSON.stringify(done)}\n\n`),
    async (options) => {
      t.deepEqual(await read({ ...options, form: "server-sent-events" }), [
        { type: "text", text: "a\nb" },
        { type: "done", ...done },
      ]);
    },
  );
});

const failures: Readonly<Record<string, readonly [(response: ServerResponse) => void, string]>> = {
  "an answer without its done": [(response) => response.end('{"data":"a"}\n'), "truncated"],
  "a cut connection": [(response) => response.write('{"data":"a"}\n', () => response.destroy()), "truncated"],
  "an error event": [
    (response) => response.end('{"data":"a"}\n{"error":{"code":"upstream_error","message":"It failed."}}\n'),
    "failed",
  ],
  "no chat answer": [(response) => response.end("<html>\n"), "malformed"],
};

for (const [name, [respond, code]] of Object.entries(failures)) {
  test(`${name} is ${code}, and is not asked again`, async (t) => {
    let asked = 0;
    await withChat(
      (response) => {
        asked += 1;
        respond(response);
      },
      async (options) => {
        const error = await t.throwsAsync(read(options), { instanceOf: ClientError });
        t.is(error.code, code as typeof error.code);
        t.is(asked, 1);
      },
    );
  });
}

test("a refusal that may pass is asked again before the answer begins, another is not", async (t) => {
  await withChat(
    (response, request) => {
      response.statusCode = request === 0 ? 503 : 400;
      response.end(JSON.stringify({ error: { code: "invalid_request", message: "No." } }));
    },
    async (options) => {
      const error = await t.throwsAsync(read(options), { instanceOf: ClientError });
      t.like(error, { code: "refused", status: 400, apiCode: "invalid_request", message: "No." });
    },
  );
});

test("leaving the loop, and the signal, end the request", async (t) => {
  for (const leave of ["break", "abort"]) {
    let closed: Promise<unknown> = Promise.resolve();
    await withChat(
      (response) => {
        closed = once(response, "close");
        response.write('{"data":"a"}\n');
      },
      async (options) => {
        const stopping = new AbortController();
        const reason = new Error("enough");
        const reading = async () => {
          for await (const { type } of streamChat({ ...options, signal: stopping.signal })) {
            t.is(type, "text");
            if (leave === "break") break;
            stopping.abort(reason);
          }
        };
        if (leave === "break") await reading();
        else t.is(await t.throwsAsync(reading()), reason);
        await closed;
      },
    );
  }
});
