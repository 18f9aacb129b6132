import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../download-code.ts";
import type { AnswerForm } from "./load.ts";

/** Folder that `.ci/install-bench-peers` puts other people's services into. */
const installed = join(projectFolder, ".cache", "bench-peers");

/** Where a service listens, and what it calls. */
export interface Surroundings {
  readonly port: number;
  readonly bedrockPort: number;
  /** Holds what is built for the run: `app/main.mjs`, `floor.mjs`. */
  readonly buildFolder: string;
}

/** A service that streams a model's answers, in front of the same Bedrock as all others. */
export interface PeerService {
  readonly name: string;
  /** What has to be there for it to run. */
  readonly needs?: string;
  readonly command: (surroundings: Surroundings) => readonly string[];
  readonly environment?: (surroundings: Surroundings) => Readonly<Record<string, string>>;
  /** Where the program looks for its own files; the build folder when left out. */
  readonly folder?: string;
  /** Path that answers 200 once the service is ready. */
  readonly readyPath: string;
  readonly path: string;
  readonly form: AnswerForm;
  readonly headers?: (surroundings: Surroundings) => Readonly<Record<string, string>>;
}

/** Whatever signs requests signs with these; nobody checks. */
export const awsEnvironment = ({ bedrockPort }: Pick<Surroundings, "bedrockPort">) => ({
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `http://127.0.0.1:${bedrockPort}`,
});

const LITELLM_KEY = "sk-bench";

/** Every service that can be measured; the floor first, ours second. */
export const peerServices: readonly PeerService[] = [
  {
    name: "floor (bare Node.js)",
    command: ({ port, bedrockPort }) => [process.execPath, "floor.mjs", String(port), String(bedrockPort)],
    readyPath: "/",
    path: "/",
    form: "json-lines",
  },
  {
    name: "Streamgate",
    command: () => [process.execPath, join("app", "main.mjs")],
    environment: ({ port }) => ({
      PORT: String(port),
      HOST: "127.0.0.1",
      STREAMS_PER_TASK: "2000",
      SERVICE_NAME: "bench",
      MODEL_ID: "m",
      MAX_TOKENS: "4096",
    }),
    readyPath: "/health",
    path: "/stream",
    form: "json-lines",
  },
  seedService("seed, asyncio (FastAPI, aioboto3)", "seed_service_async:app"),
  seedService("seed, as written (FastAPI, boto3)", "seed_service:app"),
  {
    name: "Portkey gateway",
    needs: join(installed, "portkey", "node_modules", "@portkey-ai", "gateway"),
    command: ({ port }) => [
      process.execPath,
      join(installed, "portkey", "node_modules", "@portkey-ai", "gateway", "build", "start-server.js"),
      `--port=${port}`,
      "--headless",
    ],
    readyPath: "/",
    path: "/v1/chat/completions",
    form: "chat-completions",
    headers: ({ bedrockPort }) => ({
      "x-portkey-provider": "bedrock",
      "x-portkey-aws-access-key-id": "bench",
      "x-portkey-aws-secret-access-key": "bench",
      "x-portkey-aws-region": "us-east-1",
      "x-portkey-custom-host": `http://127.0.0.1:${bedrockPort}`,
    }),
  },
  {
    name: "LiteLLM (one worker)",
    needs: join(installed, "litellm", "bin", "litellm"),
    command: ({ port, bedrockPort, buildFolder }) => [
      join(installed, "litellm", "bin", "litellm"),
      "--config",
      writeLiteLlmConfiguration(buildFolder, bedrockPort),
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
    ],
    // As its documentation's page on production has it.
    environment: () => ({ LITELLM_LOG: "ERROR", LITELLM_MODE: "PRODUCTION" }),
    readyPath: "/health/liveliness",
    path: "/v1/chat/completions",
    form: "chat-completions",
    headers: () => ({ authorization: `Bearer ${LITELLM_KEY}` }),
  },
];

/** Services that are there on this machine. */
export function installedServices(): readonly PeerService[] {
  return peerServices.filter(({ needs }) => needs === undefined || existsSync(needs));
}

function seedService(name: string, module: string): PeerService {
  const uvicorn = join(installed, "seed", "bin", "uvicorn");
  return {
    name,
    needs: uvicorn,
    command: ({ port }) => [
      uvicorn,
      module,
      "--port",
      String(port),
      "--no-access-log",
      "--log-level",
      "warning",
    ],
    folder: import.meta.dirname,
    environment: () => ({ PYTHONDONTWRITEBYTECODE: "1" }),
    readyPath: "/health",
    path: "/stream",
    form: "json-lines",
  };
}

function writeLiteLlmConfiguration(folder: string, bedrockPort: number): string {
  const file = join(folder, "litellm.yaml");
  const parameters = {
    model: "bedrock/converse/anthropic.claude-3-haiku-20240307-v1:0",
    aws_bedrock_runtime_endpoint: `http://127.0.0.1:${bedrockPort}`,
    aws_region_name: "us-east-1",
  };
  // JSON is YAML.
  const configuration = {
    model_list: [{ model_name: "m", litellm_params: parameters }],
    general_settings: { master_key: LITELLM_KEY },
  };
  writeFileSync(file, JSON.stringify(configuration));
  return file;
}
