import { describeError, RuntimeError } from "./errors.mjs";
import { openResponseStream } from "./response-stream.mjs";

const http = process.getBuiltinModule("node:http");

const VERSION = "/2018-06-01/runtime";

/** The runtime's side of the Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export class RuntimeApiClient {
  #address;
  #agent = new http.Agent({ keepAlive: true });

  /** @param address Format: `127.0.0.1:9001`. */
  constructor(address) {
    const [hostname, port] = address.split(":");
    this.#address = { hostname, port };
  }

  /** @throws Error when the Runtime API is gone or answers anything but 200: the runtime has nothing left to do. */
  async next() {
    const { status, headers, body } = await this.#send("GET", "/invocation/next");
    if (status !== 200) throw new Error(`The Runtime API answered ${status} to the poll.`);
    return { headers, event: JSON.parse(body) };
  }

  /** @throws RuntimeError when the value cannot be written as JSON. */
  async postResponse(requestId, value) {
    await this.#send("POST", `/invocation/${requestId}/response`, toJson(value));
  }

  async postError(requestId, thrown) {
    await this.#postError(`/invocation/${requestId}/error`, thrown);
  }

  async postInitError(thrown) {
    await this.#postError("/init/error", thrown);
  }

  openResponseStream(requestId, highWaterMark) {
    const path = `${VERSION}/invocation/${requestId}/response`;
    return openResponseStream({ ...this.#address, path, highWaterMark });
  }

  async #postError(path, thrown) {
    const error = describeError(thrown);
    await this.#send("POST", path, JSON.stringify(error), {
      "Lambda-Runtime-Function-Error-Type": error.errorType,
    });
  }

  #send(method, path, body, headers) {
    return new Promise((resolve, reject) => {
      const request = http.request({
        ...this.#address,
        method,
        path: VERSION + path,
        agent: this.#agent,
        headers:
          body === undefined
            ? {}
            : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers },
      });
      request.on("error", reject).end(body);
      request.on("response", (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
    });
  }
}

function toJson(value) {
  try {
    return JSON.stringify(value === undefined ? null : value);
  } catch {
    throw new RuntimeError("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
}
