/** The program failed; the message is its own. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}
