/** The reader of a response is no longer there. */
export class ReaderGoneError extends Error {
  override readonly name = "ReaderGoneError";
  readonly code: "reader_closed" | "reader_stalled";

  constructor(code: ReaderGoneError["code"]) {
    super(code === "reader_closed" ? "the response was closed" : "the reader took nothing for too long");
    this.code = code;
  }
}
