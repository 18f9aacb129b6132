/** Pulumi's prefixes of an error, one for each resource on the way: of no use to who set the value. */
const FAILED_PROPERTIES = /^(error serializing property "[^"]*": )+/;

/** The program failed; the message is its own. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  /** The message, with the place when it is the program that broke, and not a refusal that reached it. */
  readonly report: string;

  constructor(cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(message.replace(FAILED_PROPERTIES, ""), { cause });
    const stack = cause instanceof Error ? (cause.stack ?? "") : "";
    // An error made for its message alone has no stack, and one that Pulumi made begins inside Pulumi.
    const place = stack.split("\n").find((line) => line.trimStart().startsWith("at ")) ?? "node_modules";
    this.report = place.includes("node_modules") ? this.message : stack;
  }
}
