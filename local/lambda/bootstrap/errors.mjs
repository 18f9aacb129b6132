/** An error of the runtime itself. Its name is what the Runtime API and the log show: `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** The form in which the Runtime API takes whatever was thrown. */
export function describeError(thrown) {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return {
    errorType: escapeDelete(thrown.name),
    errorMessage: escapeDelete(thrown.message),
    trace: escapeDelete(thrown.stack)?.split("\n") ?? [],
  };
}

/** DEL is the one ASCII control character JSON leaves as it is and HTTP headers cannot carry. */
function escapeDelete(text) {
  return text?.replaceAll("\x7F", "%7F");
}
