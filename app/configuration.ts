import { readModelConfiguration, type ModelConfiguration } from "../core/chat-stream/index.ts";
import { readCorsOrigins } from "../core/cors.ts";
import { readStoreConfiguration, type StoreConfiguration } from "../core/object-stream/index.ts";

/** What the deployment tells the container. */
export interface Configuration {
  readonly port: number;
  /** The address to listen on. Default: all of the task's. */
  readonly host: string;
  readonly region: string;
  readonly model: ModelConfiguration;
  /** `undefined`: downloads are off. */
  readonly store: StoreConfiguration | undefined;
  /** Chats and downloads answered at a time; one more is refused. */
  readonly streamsPerTask: number;
  /** Whether `/` shows the page. */
  readonly servePage: boolean;
  /** Under which the metrics are published. */
  readonly serviceName: string;
  /** Of the API in front, which marks its requests. Default: empty, there is none. */
  readonly stage: string;
  /** The origins whose pages may read the answers. Format: `https://app.example`. */
  readonly corsOrigins: readonly string[];
}

/**
 * Reads `PORT`, `HOST`, `AWS_REGION`, `STREAMS_PER_TASK`, `SERVE_PAGE`, `SERVICE_NAME`, `STAGE`, what `readCorsOrigins` and
 * `readModelConfiguration` read, and, unless `BUCKET` is empty, what `readStoreConfiguration` reads.
 *
 * @throws Error naming the variable and what is allowed.
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const {
    PORT: port = "",
    HOST: host = "0.0.0.0",
    AWS_REGION: region = "",
    BUCKET: bucket = "",
    STREAMS_PER_TASK: streamsPerTask = "",
    SERVE_PAGE: servePage,
    SERVICE_NAME: serviceName = "",
    STAGE: stage = "",
  } = environment;
  if (region === "") {
    throw new Error("The environment variable AWS_REGION is not set: name the Region of bucket and model.");
  }
  if (serviceName === "") {
    throw new Error("The environment variable SERVICE_NAME is not set: name what the metrics are of.");
  }
  if (servePage !== undefined && servePage !== "true") {
    throw new Error(`The environment variable SERVE_PAGE is "${servePage}": set it to "true" or not at all.`);
  }
  return {
    port: readPort(port),
    host,
    region,
    model: readModelConfiguration(environment),
    store: bucket === "" ? undefined : readStoreConfiguration(environment),
    streamsPerTask: readStreamsPerTask(streamsPerTask),
    servePage: servePage === "true",
    serviceName,
    stage,
    corsOrigins: readCorsOrigins(environment),
  };
}

function readPort(port: string): number {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new Error(`The environment variable PORT is "${port}": set it to a whole number from 0 to 65535.`);
}

function readStreamsPerTask(streamsPerTask: string): number {
  if (/^[1-9]\d*$/.test(streamsPerTask)) return Number(streamsPerTask);
  throw new Error(
    `The environment variable STREAMS_PER_TASK is "${streamsPerTask}": set it to a whole number above 0.`,
  );
}
