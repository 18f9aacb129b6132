import type { Conversation, ConverseRequest } from "./converse-request.ts";
import { tokenize } from "./tokens.ts";

/** Replies and pace of the scripted model. */
export interface ScriptedModelOptions {
  /** Text of the reply, before token limit and stop sequences. Default: some sentences in the language of the question. */
  readonly reply?: (conversation: Conversation) => string;
  /** Default: 300. */
  readonly firstTokenMilliseconds?: number;
  /** 0: without a pause. Default: 50. */
  readonly tokensPerSecond?: number;
  /** Most tokens a conversation may have. Default: the model's own. */
  readonly contextTokens?: number;
}

/** Format: Bedrock's own words. */
export type StopReason = "end_turn" | "max_tokens" | "stop_sequence";

/** An answer as the model would give it, all at once. */
export interface ScriptedReply {
  readonly tokens: readonly string[];
  readonly stopReason: StopReason;
}

/** The same reply for the same request, always. */
export function scriptReply(
  { conversation, maxTokens, stopSequences }: ConverseRequest,
  reply: (conversation: Conversation) => string = defaultReply,
): ScriptedReply {
  const text = reply(conversation);
  const stops = stopSequences.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  const tokens = tokenize(text.slice(0, Math.min(text.length, ...stops)));
  if (tokens.length > maxTokens) return { tokens: tokens.slice(0, maxTokens), stopReason: "max_tokens" };
  return { tokens, stopReason: stops.length > 0 ? "stop_sequence" : "end_turn" };
}

/** Shows that question, history and instructions have arrived, and holds characters that are easily broken. */
function defaultReply({ system, turns }: Conversation): string {
  const question = turns.findLast(({ role }) => role === "user")?.text ?? "";
  const questions = turns.filter(({ role }) => role === "user").length;
  return /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(question)
    ? japaneseReply(question, questions, system)
    : otherReply(question, questions, system);
}

function japaneseReply(question: string, questions: number, system: string): string {
  return [
    `「${excerpt(question)}」というご質問ですね。これは${questions}番目のご質問です。`,
    system === "" ? "" : `「${excerpt(system)}」という指示に従ってお答えします。`,
    "私はこのパソコンで動く台本どおりのモデルなので、本当の答えは知りません。",
    "それでも一文字ずつ、本物のモデルと同じ速さで文章が届くことをお見せできます。🎏",
    "同じ質問には、いつも同じ答えを返します。",
  ].join("");
}

function otherReply(question: string, questions: number, system: string): string {
  return [
    `You asked: “${excerpt(question)}” That is question ${questions} of this conversation.`,
    ...(system === "" ? [] : [`My instructions begin: “${excerpt(system)}”`]),
    "I am a scripted model on your own machine, so I do not know the answer;",
    "what I can show is text that arrives token by token, at the pace of a real model.",
    "It may hold any character: naïve café, Grüße, Привет, 你好, こんにちは, 안녕하세요, 👩🏽‍💻.",
    "The same question always gets the same answer.",
  ].join(" ");
}

/** The beginning of a text, cut between characters. */
function excerpt(text: string): string {
  const characters = [...text.trim()];
  return characters.length <= 80 ? characters.join("") : `${characters.slice(0, 80).join("")}…`;
}
