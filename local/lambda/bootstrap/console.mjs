const { format } = process.getBuiltinModule("node:util");

const isJson = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const lowestLevel = Math.max(0, levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() ?? "TRACE"));

let requestId = "-";

/** Names the invocation that the lines from here on belong to. */
export function setLogRequestId(id) {
  requestId = id;
}

/** Gives the console Lambda's line format: one line an entry, with time, request id and level ahead. */
export function patchConsole() {
  for (const level of levels) console[level.toLowerCase()] = writerOf(level);
  console.log = console.info;
}

/** Logs an error that ends an invocation or the initialisation. */
export function logError(title, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (isJson) console.error(error);
  else console.error(title, `\t${JSON.stringify(withProperties(error))}`);
}

function writerOf(level) {
  if (levels.indexOf(level) < lowestLevel) return () => {};
  return (message, ...values) => {
    const line = isJson ? jsonLine(level, message, values) : textLine(level, message, values);
    process.stdout.write(`${line.replaceAll("\n", "\r")}\n`);
  };
}

function textLine(level, message, values) {
  return [new Date().toISOString(), requestId, level, format(message, ...values)].join("\t");
}

function jsonLine(level, message, values) {
  const entry = { timestamp: new Date().toISOString(), level, requestId };
  if (values.length === 0) {
    try {
      return JSON.stringify({ ...entry, message }, (_key, value) => asErrorEntry(value));
    } catch {
      return JSON.stringify({ ...entry, message: format(message) });
    }
  }
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({ ...entry, message: format(message, ...values), ...(error && errorFields(error)) });
}

function asErrorEntry(value) {
  return value instanceof Error ? { ...errorFields(value), ...value } : value;
}

function errorFields(error) {
  return {
    errorType: error.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: error.stack?.split("\n") ?? [],
  };
}

function withProperties(error) {
  const { name: errorType, message: errorMessage, code, stack } = error;
  return { errorType, errorMessage, code, ...error, stack: stack?.split("\n") };
}
