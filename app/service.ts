import type { BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createBedrockClient, openChat } from "../core/chat-stream/index.ts";
import type { HttpService } from "../core/http.ts";
import { createS3Client, downloadService, type StoreConfiguration } from "../core/object-stream/index.ts";
import { createApp } from "./app.ts";
import { ChatMetrics } from "./chat-metrics.ts";
import type { Configuration } from "./configuration.ts";
import { OpenStreams } from "./open-streams.ts";
import { createHttpServer } from "./server.ts";
import { defaultShutdownTimes, Shutdown, type ShutdownTimes } from "./shutdown.ts";

/** Beside this file as it is written, and beside the one file that is built of them all. */
const pageFolder = fileURLToPath(new URL("public/", import.meta.url));

/** What the service writes its log to: a stream, or what looks enough like one. */
export interface LogDestination {
  /** Takes one line, with its end. */
  write(line: string): unknown;
}

/** What differs in tests. */
export interface ServiceOptions {
  readonly log: LogDestination;
  readonly shutdownTimes?: ShutdownTimes;
  readonly bedrockConfig?: BedrockRuntimeClientConfig;
  readonly s3Config?: S3ClientConfig;
}

/** A server that answers. */
export interface RunningService {
  readonly port: number;
  /** Ends the service as `Shutdown` says. Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Starts the container's server. Resolves once it listens. */
export async function startService(
  configuration: Configuration,
  { log, shutdownTimes = defaultShutdownTimes, bedrockConfig = {}, s3Config = {} }: ServiceOptions,
): Promise<RunningService> {
  const { region, model, streamsPerTask } = configuration;
  const streams = new OpenStreams(streamsPerTask);
  const shutdown = new Shutdown(streams, shutdownTimes);
  const writeLogLine = (line: string): void => {
    log.write(`${line}\n`);
  };
  const metrics = new ChatMetrics(configuration.serviceName, writeLogLine);
  const bedrock = createBedrockClient({ maxStreams: streamsPerTask }, { region, ...bedrockConfig });
  const s3 = createS3Client({ maxReads: streamsPerTask }, { region, ...s3Config });
  const chatModel = { ...model, client: bedrock };
  const app = createApp({
    chat: {
      openChat: (request, signal) => openChat(request, chatModel, signal),
      maxTokens: model.maxTokens,
    },
    downloads: configuration.store && downloads(configuration.store, s3),
    pageFolder: configuration.servePage ? pageFolder : undefined,
    stage: configuration.stage,
    corsOrigins: configuration.corsOrigins,
    streams,
    shutdown,
    metrics,
    writeLogLine,
  });
  const server = createHttpServer(app.callback());
  server.listen(configuration.port, configuration.host);
  await once(server, "listening");
  const stopWatching = metrics.watch(streams);
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await shutdown.run();
      stopWatching();
      server.close();
      server.closeAllConnections();
      bedrock.destroy();
      s3.destroy();
      // What has been broken off leaves its line in the log a turn later.
      await nextTurn();
    },
  };
}

function downloads({ logKeys, ...served }: StoreConfiguration, client: S3Client): HttpService {
  return downloadService({ store: { client, ...served }, logKeys });
}
