import type { ExecutionContext } from "ava";
import { once } from "node:events";
import type { Server } from "node:http";
import net, { type AddressInfo } from "node:net";
import { PassThrough, type Readable } from "node:stream";
import { awsLimitValues, type LimitValues } from "../../contract/limits.ts";
import { encodePrelude, type ResponseMetadata } from "../../contract/response-prelude.ts";
import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { openListener } from "../../local/gateway/listener.ts";
import { type RestApiGateway, startRestApiGateway } from "../../local/gateway/rest-api-gateway.ts";
import { systemClock } from "../../local/host/clock.ts";
import { CredentialStore } from "../../local/iam/credential-store.ts";
import {
  HTTP_INTEGRATION_RESPONSE,
  type InvokeRequest,
  type LambdaService,
} from "../../local/lambda/lambda-service.ts";
import { LogGroups } from "../../local/logs/log-groups.ts";
import type { VpcLinkService } from "../../local/gateway/vpc-link-service.ts";
import { accountId, type RecordedRestApi, region } from "./recorded-rest-api.ts";

/** A Lambda service in the test's own process: the test is the function. */
export class FakeLambda implements LambdaService {
  readonly requests: InvokeRequest[] = [];
  /** Answers `invoke`; the result is sent as JSON. */
  onInvoke: (event: RestProxyEvent) => unknown = () => ({ statusCode: 200, body: "buffered" });
  /** Answers `invokeWithResponseStream`. */
  onStream: (event: RestProxyEvent) => Readable | Promise<Readable> = () => streamOf({}, "streamed");
  contentType = HTTP_INTEGRATION_RESPONSE;

  async invoke(request: InvokeRequest): Promise<Buffer> {
    this.requests.push(request);
    const result = await this.onInvoke(eventOf(request));
    return Buffer.isBuffer(result) ? result : Buffer.from(JSON.stringify(result));
  }

  async invokeWithResponseStream(request: InvokeRequest): Promise<{ contentType: string; body: Readable }> {
    this.requests.push(request);
    return { contentType: this.contentType, body: await this.onStream(eventOf(request)) };
  }

  /** The event of the last invocation. */
  get event(): RestProxyEvent {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error("the function was not invoked");
    return eventOf(request);
  }
}

function eventOf(request: InvokeRequest): RestProxyEvent {
  return JSON.parse(request.payload.toString()) as RestProxyEvent;
}

/** A function's whole streamed response. */
export function streamOf(metadata: ResponseMetadata, payload: string | Buffer = ""): PassThrough {
  const body = new PassThrough();
  body.end(Buffer.concat([encodePrelude(metadata), Buffer.from(payload)]));
  return body;
}

export interface RunningGateway {
  readonly gateway: RestApiGateway;
  /** With the stage `dev`. */
  readonly url: string;
  readonly port: number;
  readonly lambda: FakeLambda;
  /** Whose signatures the gateway takes. */
  readonly credentials: CredentialStore;
  /** Errors the gateway reported; the test must take out those it expects. */
  readonly errors: string[];
  readonly warnings: string[];
  /** Resolves with the next line of the access log. */
  readonly nextAccessLogLine: () => Promise<string>;
}

export interface GatewaySettings {
  /** Default: the local cloud's, on 127.0.0.1. */
  readonly listener?: Server;
  readonly limits?: Partial<LimitValues>;
  readonly enforceCaps?: boolean;
  /** Date and time, in epoch milliseconds. */
  readonly now?: () => number;
  /** The clock of throttles, in milliseconds. */
  readonly elapsed?: () => number;
  readonly links?: VpcLinkService;
}

/** Starts a gateway on a free port; at the end of the test, errors nobody took out of `errors` fail it. */
export async function startGateway(
  t: ExecutionContext,
  recorded: RecordedRestApi,
  settings: GatewaySettings = {},
): Promise<RunningGateway> {
  const listener = settings.listener ?? (await openListener(0));
  const { port } = listener.address() as AddressInfo;
  const errors: string[] = [];
  const warnings: string[] = [];
  const log = new CloudLog(({ level, message }) => (level === "error" ? errors : warnings).push(message));
  const logGroups = new WatchedLogGroups();
  const lambda = new FakeLambda();
  const credentials = new CredentialStore();
  t.teardown(() => {
    listener.close();
    listener.closeAllConnections();
    if (errors.length > 0) throw new Error(`errors the test did not name: ${errors.join("; ")}`);
  });
  const gateway = startRestApiGateway({
    graph: recorded.graph,
    restApi: recorded.restApi,
    lambda,
    credentials,
    region,
    accountId,
    enforceCaps: false,
    log,
    logGroups,
    ...settings,
    clock: { now: settings.now ?? systemClock.now, elapsed: settings.elapsed ?? systemClock.elapsed },
    listener,
    limits: { ...awsLimitValues, ...settings.limits },
  });
  return {
    gateway,
    url: `http://127.0.0.1:${port}/dev`,
    port,
    lambda,
    credentials,
    errors,
    warnings,
    nextAccessLogLine: () => logGroups.nextLine(),
  };
}

class WatchedLogGroups extends LogGroups {
  readonly #lines: string[] = [];
  #onLine = (): void => {};

  override append(logGroup: string, line: string): void {
    super.append(logGroup, line);
    this.#lines.push(line);
    this.#onLine();
  }

  async nextLine(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }
}

/** Sends bytes as they are and returns all that comes back until the connection closes. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = net.connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  // A reset is one way for a response to be cut; what came before it counts.
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}
