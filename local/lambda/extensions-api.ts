import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type Deferred, deferred } from "./deferred.ts";

/** Path prefix of the API. */
export const EXTENSIONS_API_VERSION = "/2020-01-01/extension";

interface Extension {
  readonly identifier: string;
  readonly registered: Deferred<void>;
  readonly ready: Deferred<void>;
}

/**
 * The Extensions API of one environment. Its extensions must register before the runtime starts, and wait for an
 * event before the environment takes an invocation. Events are for those that ask for them, which the known layers do
 * not: a request for events is refused.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class ExtensionsApi {
  readonly #extensions: ReadonlyMap<string, Extension>;

  /** @param names The file names of the environment's extensions. */
  constructor(names: readonly string[]) {
    this.#extensions = new Map(
      names.map((name) => [
        name,
        { identifier: randomUUID(), registered: deferred<void>(), ready: deferred<void>() },
      ]),
    );
  }

  /** Resolves when all have registered. */
  async registered(): Promise<void> {
    await Promise.all([...this.#extensions.values()].map(({ registered }) => registered.promise));
  }

  /** Resolves when all have done what they do at the start, and wait. */
  async ready(): Promise<void> {
    await Promise.all([...this.#extensions.values()].map(({ ready }) => ready.promise));
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.slice(EXTENSIONS_API_VERSION.length);
    if (path === "/register") await this.#register(request, response);
    else if (path === "/event/next") this.#park(request, response);
    else response.writeHead(404).end();
  }

  async #register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = String(request.headers["lambda-extension-name"]);
    const extension = this.#extensions.get(name);
    const { events = [] } = (await json(request)) as { events?: readonly string[] };
    if (extension === undefined) {
      refuse(response, "Extension.UnknownExtension", `There is no extension ${name} in /opt/extensions.`);
    } else if (events.length > 0) {
      refuse(response, "Extension.InvalidEventType", `No ${events.join(", ")} events are sent here.`);
    } else {
      response.writeHead(200, {
        "Content-Type": "application/json",
        "Lambda-Extension-Identifier": extension.identifier,
      });
      response.end("{}");
      extension.registered.resolve();
    }
  }

  /** Never answers: the extension waits for an event that does not come. */
  #park(request: IncomingMessage, response: ServerResponse): void {
    const identifier = request.headers["lambda-extension-identifier"];
    const extension = [...this.#extensions.values()].find((known) => known.identifier === identifier);
    if (extension === undefined) {
      refuse(response, "Extension.UnknownExtensionIdentifier", "The identifier is not one given here.");
    } else {
      extension.ready.resolve();
    }
  }
}

function refuse(response: ServerResponse, errorType: string, errorMessage: string): void {
  response.writeHead(403, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errorType, errorMessage }));
}
