/** The program failed; the message is its own. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  /** The message, and the place of what broke by accident. An error made for its message alone has no stack. */
  readonly report: string;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    const stack = cause instanceof Error ? (cause.stack ?? "") : "";
    this.report = stack === "" ? this.message : stack;
  }
}
