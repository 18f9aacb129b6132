import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import type { ChatMessage } from "../../contract/chat.ts";
import { streamChat, type ChatOptions } from "../chat/stream-chat.ts";
import { locateApi } from "./api-location.ts";
import type { CommandContext } from "./command-context.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** `chat [TEXT]`: one question, or on a terminal a conversation. */
export async function chat({ args, environment, signal }: CommandContext): Promise<number> {
  const { chatUrl, downloadUrl, authorizer, source } = await locateApi(args, environment);
  const apiUrl = args.lambda ? downloadUrl : chatUrl;
  if (apiUrl === undefined)
    throw new UsageError(`${source} has no ${args.lambda ? "download" : "chat"} API.`);
  const options = {
    url: `${apiUrl}/${args.lambda ? "chat" : "stream"}`,
    authorizer,
    ...(args.system !== undefined && { system: args.system }),
    ...(args.maxTokens !== undefined && { maxTokens: args.maxTokens }),
  };
  const ask = (messages: readonly ChatMessage[], stop: AbortSignal) =>
    printAnswer({ ...options, messages, signal: stop }, args.json);
  if (args.words.length === 0 && process.stdin.isTTY) await converse(ask, signal);
  else {
    const question = args.words.length > 0 ? args.words.join(" ") : (await text(process.stdin)).trim();
    if (question === "")
      throw new UsageError("There is no question: give it as words, or on standard input.");
    await ask([{ role: "user", content: question }], signal);
  }
  return exitCodes.done;
}

/** Asks line by line until the input ends. An answer that fails is no part of the conversation. */
async function converse(
  ask: (messages: readonly ChatMessage[], signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: "> " });
  signal.addEventListener("abort", () => lines.close(), { once: true });
  const messages: ChatMessage[] = [];
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() !== "") {
      const question: ChatMessage = { role: "user", content: line };
      const content = await ask([...messages, question], signal);
      messages.push(question, { role: "assistant", content });
    }
    lines.prompt();
  }
}

/** @returns The answer's text. */
async function printAnswer(options: ChatOptions, isJson: boolean): Promise<string> {
  let answer = "";
  for await (const event of streamChat(options)) {
    if (isJson) console.log(JSON.stringify(event));
    else if (event.type === "text") process.stdout.write(event.text);
    if (event.type === "text") answer += event.text;
  }
  if (!isJson) process.stdout.write("\n");
  return answer;
}
