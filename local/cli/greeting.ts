/** Languages of `npm start`, those of the README. */
export type Language = "en" | "ja";

/** Headings of the report that `npm start` prints when all is ready. */
export interface Greeting {
  readonly ready: (stack: string, seconds: string) => string;
  readonly outputs: string;
  readonly examples: string;
  readonly running: string;
  readonly stop: string;
}

export const greetings: Record<Language, Greeting> = {
  en: {
    ready: (stack, seconds) => `Streamgate, stack ${stack}, is ready after ${seconds} s.`,
    outputs: "Stack outputs (the same as on AWS)",
    examples: "Try",
    running: "Running on 127.0.0.1",
    stop: "Ctrl-C stops everything.",
  },
  ja: {
    ready: (stack, seconds) => `Streamgate(スタック ${stack})が ${seconds} 秒で起動しました。`,
    outputs: "スタックの出力(AWS 上と同じもの)",
    examples: "お試しください",
    running: "127.0.0.1 で動作中",
    stop: "Ctrl-C ですべて停止します。",
  },
};

/** The language of the environment's locale for messages (POSIX: LC_ALL, else LC_MESSAGES, else LANG). Default: English. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((value = "") => value !== "") ?? "";
  return /^ja(?![a-z])/i.test(locale) ? "ja" : "en";
}
