import { Agent, request } from "node:http";
import { percentile } from "../measure.ts";

/*
 * A process that asks for many answers at once, reads them and prints what it saw as JSON: `node load.mjs LOAD`, where LOAD
 * is a `Load` as JSON.
 */

/** Form of an answer: JSON lines with `data`, or OpenAI's chat completion chunks as server-sent events. */
export type AnswerForm = "json-lines" | "chat-completions";

/** Requests to make. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: AnswerForm;
  readonly streams: number;
}

/** Result of a load. Times in milliseconds. */
export interface LoadResult {
  /** Answers with status 200 that were read to their end. */
  readonly whole: number;
  readonly failed: number;
  readonly tokens: number;
  /** From a token's sending by the model to its having been read. */
  readonly tokenAge: Percentiles;
  /** From the request to the first token. */
  readonly firstToken: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

const agent = new Agent({ maxSockets: Infinity });
const { url, headers, form, streams } = JSON.parse(process.argv[2] ?? "{}") as Load;
const body = JSON.stringify(
  form === "json-lines"
    ? { message: "Hello" }
    : { model: "m", stream: true, max_tokens: 4096, messages: [{ role: "user", content: "Hello" }] },
);

const tokenAges: number[] = [];
const firstTokens: number[] = [];
const results = await Promise.all(Array.from({ length: streams }, ask));
const whole = results.filter((isWhole) => isWhole).length;
const result: LoadResult = {
  whole,
  failed: streams - whole,
  tokens: tokenAges.length,
  tokenAge: percentiles(tokenAges),
  firstToken: percentiles(firstTokens),
};
console.log(JSON.stringify(result));
process.exit();

/** @returns Whether the answer was whole. */
function ask(): Promise<boolean> {
  return new Promise((resolve) => {
    const askedAt = performance.now();
    const asking = request(url, {
      method: "POST",
      agent,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
    });
    asking.on("error", () => resolve(false));
    asking.on("response", (response) => {
      let rest = "";
      let hasToken = false;
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const now = process.hrtime.bigint();
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          for (const [, sentAt = ""] of tokenText(line).matchAll(/(\d+) /g)) {
            tokenAges.push(Number(now - BigInt(sentAt)) / 1e6);
            if (!hasToken) firstTokens.push(performance.now() - askedAt);
            hasToken = true;
          }
        }
      });
      response.on("close", () => resolve(response.statusCode === 200 && response.complete));
      response.on("error", () => resolve(false));
    });
    asking.end(body);
  });
}

function tokenText(line: string): string {
  const json = form === "json-lines" ? line : line.replace(/^data: /, "");
  if (!json.startsWith("{")) return "";
  const event = JSON.parse(json) as {
    readonly data?: string;
    readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  };
  return (form === "json-lines" ? event.data : event.choices?.[0]?.delta?.content) ?? "";
}

function percentiles(samples: readonly number[]): Percentiles {
  if (samples.length === 0) return { p50: NaN, p99: NaN };
  return { p50: percentile(samples, 50, "lower"), p99: percentile(samples, 99, "lower") };
}
