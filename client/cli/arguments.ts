import { parseArgs } from "node:util";
import { UsageError } from "./usage.ts";

/** Command line after parsing. */
export interface Arguments {
  readonly command: string;
  readonly words: readonly string[];
  readonly stack?: string;
  readonly url?: string;
  readonly key?: string;
  readonly output?: string;
  readonly concurrency?: number;
  readonly route: string;
  readonly resume: boolean;
  readonly lambda: boolean;
  readonly system?: string;
  readonly maxTokens?: number;
  readonly json: boolean;
  readonly help: boolean;
}

const options = {
  stack: { type: "string" },
  url: { type: "string" },
  key: { type: "string" },
  output: { type: "string", short: "o" },
  concurrency: { type: "string" },
  route: { type: "string", default: "download" },
  "no-resume": { type: "boolean", default: false },
  lambda: { type: "boolean", default: false },
  system: { type: "string" },
  "max-tokens": { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const { "no-resume": noResume, "max-tokens": maxTokens, concurrency, ...others } = values;
  const [command = "", ...words] = positionals;
  return {
    ...others,
    command,
    words,
    resume: !noResume,
    ...(concurrency !== undefined && { concurrency: wholeNumber("concurrency", concurrency) }),
    ...(maxTokens !== undefined && { maxTokens: wholeNumber("max-tokens", maxTokens) }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} is "${text}": give a whole number above 0.`);
}
