import { describeError, RuntimeError } from "./errors.mjs";

const http = process.getBuiltinModule("node:http");
const net = process.getBuiltinModule("node:net");

const ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
const ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
const HTTP_INTEGRATION_RESPONSE = "application/vnd.awslambda.http-integration-response";
const DELIMITER_BYTES = 8;

/** Not the agent of the polls: a socket takes its high-water mark when it is made. */
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** What a handler finds on its response stream: a part of Node's Writable, and no more. */
const methods =
  "cork destroy end uncork write addListener on once prependListener prependOnceListener off removeListener " +
  "removeAllListeners setMaxListeners getMaxListeners listeners rawListeners listenerCount eventNames emit " +
  "setContentType";
const settableProperties = "destroyed _onBeforeFirstWrite";
const properties =
  "writableFinished writableObjectMode writableEnded writableNeedDrain writableHighWaterMark writableCorked " +
  "writableLength writable";

/** `awslambda.HttpResponseStream`. */
export class HttpResponseStream {
  /** Puts status and headers ahead of the first write; a stream that is ended without one never sends them. */
  static from(stream, metadata) {
    stream.setContentType(HTTP_INTEGRATION_RESPONSE);
    const prelude = JSON.stringify(metadata);
    stream._onBeforeFirstWrite = (write) => {
      write(prelude);
      write(new Uint8Array(DELIMITER_BYTES));
    };
    return stream;
  }
}

/**
 * Opens the response of an invocation: a chunked POST whose body the handler writes.
 *
 * @returns `stream` for the handler; `answered`, which settles when the Runtime API has the whole response; and
 * `fail`, which ends the response with error trailers.
 */
export function openResponseStream({ hostname, port, path, highWaterMark }) {
  agent.createConnection = (options, listener) =>
    net.createConnection({ ...options, highWaterMark }, listener);
  const request = http.request({
    hostname,
    port,
    path,
    method: "POST",
    agent,
    headers: {
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      Trailer: [ERROR_TYPE, ERROR_BODY],
      "Content-Type": "application/octet-stream",
      "Transfer-Encoding": "chunked",
    },
  });
  const answered = watchAnswer(request);
  addLambdaWrites(request);
  const fail = (thrown) => {
    const error = describeError(thrown);
    const body = Buffer.from(JSON.stringify(error)).toString("base64");
    request.addTrailers({ [ERROR_TYPE]: error.errorType, [ERROR_BODY]: body });
    request.end();
  };
  return { stream: facadeOf(request), answered, fail };
}

/**
 * A connection that breaks before the Runtime API has answered ends the process, whatever the handler does about
 * it: nobody catches the rejection of `begun`. So does a failed source inside `pipeline(source, stream)`, which
 * destroys the request. The managed runtime behaves the same, and functions must be written with that in mind.
 */
function watchAnswer(request) {
  const begun = new Promise((resolve, reject) => request.on("response", resolve).on("error", reject));
  const answered = new Promise((resolve, reject) => {
    request.on("response", (response) => response.resume().on("end", resolve).on("aborted", reject));
    request.on("error", reject);
  });
  request.on("error", (error) => request.destroy(error));
  void begun;
  return answered;
}

function addLambdaWrites(request) {
  const write = request.write.bind(request);
  let isFirst = true;
  request.setContentType = (contentType) => {
    if (!isFirst) {
      throw new RuntimeError("Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.");
    }
    request.setHeader("Content-Type", contentType);
  };
  request.write = (chunk, encoding, callback) => {
    const data = typeof chunk === "string" || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    if (isFirst) request._onBeforeFirstWrite?.((preludePart) => write(preludePart));
    const hasRoom = write(data, encoding, callback);
    isFirst = false;
    return hasRoom;
  };
}

function facadeOf(request) {
  const stream = {};
  for (const name of methods.split(" ")) stream[name] = request[name].bind(request);
  for (const name of settableProperties.split(" ")) {
    Object.defineProperty(stream, name, {
      get: () => request[name],
      set: (value) => {
        request[name] = value;
      },
    });
  }
  for (const name of properties.split(" ")) {
    Object.defineProperty(stream, name, { get: () => request[name] });
  }
  return stream;
}
