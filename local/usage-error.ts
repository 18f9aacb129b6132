/** The user asked for something that cannot be done; the message is one sentence, the exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
