/** The bytes stopped coming, and trying again did not help. The response has to be broken off. */
export class BrokenBodyError extends Error {
  override readonly name = "BrokenBodyError";
}
