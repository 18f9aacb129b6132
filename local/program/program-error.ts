/** The program failed; the message is its own. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  /** The message, with the place when it is the program that broke, and not a refusal that reached it. */
  readonly report: string;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    const stack = cause instanceof Error ? (cause.stack ?? "") : "";
    // An error made for its message alone has no stack, and one that Pulumi made begins inside Pulumi.
    const place = stack.split("\n").find((line) => line.trimStart().startsWith("at ")) ?? "node_modules";
    this.report = place.includes("node_modules") ? this.message : stack;
  }
}
