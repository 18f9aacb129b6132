import type { ProgramRun } from "../../local/program/run-program.ts";
import { type RecordOptions, fixture, recordProgram } from "./recorded-program.ts";

/** What of the fixture's private chat service is different. */
export interface PrivateChatOptions extends Pick<
  RecordOptions,
  "existing" | "functions" | "partition" | "registered"
> {
  /** Arguments in the place of the fixture's own. Default: none. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Default: `chat`. */
  readonly name?: string;
  /** Whether the container serves downloads. Default: true. */
  readonly downloads?: boolean;
}

/** Registers a `PrivateChatService` by itself, in eu-central-1 of account 123456789012, project private-chat, stack dev. */
export function recordPrivateChat(options: PrivateChatOptions = {}): Promise<ProgramRun> {
  const { args = {}, name = "chat", downloads = true, existing = {}, ...others } = options;
  const account = {
    "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "arn:aws:iam::1:role/logs" }),
  };
  return recordProgram({
    folder: fixture("private-chat"),
    config: [`args=${JSON.stringify(args)}`, `name=${name}`, `downloads=${downloads}`],
    existing: { ...account, ...existing },
    ...others,
  });
}
