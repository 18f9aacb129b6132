import { dirname } from "node:path";
import type { ContainerDefinition } from "./container-definition.ts";
import type { FinalStage } from "./dockerfile.ts";

/** Inputs of a container's environment variables. */
export interface ContainerContext {
  readonly region: string;
  readonly taskId: string;
  /** Endpoint of the task's credentials and metadata, and the token for the credentials. */
  readonly credentialsUri: string;
  readonly credentialsToken: string;
  readonly metadataUri: string;
}

/** A variable that is set neither by the program nor by the image. */
export interface FargateVariable {
  /** Difference from AWS. */
  readonly difference?: string;
  readonly value: (context: ContainerContext) => string;
}

/**
 * Every variable that a container finds beside those of the program, those of its image and the local ones below; nothing comes
 * from the shell the local cloud was started in.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html
 */
export const fargateVariables: Readonly<Record<string, FargateVariable>> = {
  AWS_CONTAINER_AUTHORIZATION_TOKEN: {
    value: ({ credentialsToken }) => credentialsToken,
    difference: "only here: the SDK sends it to the full address",
  },
  AWS_CONTAINER_CREDENTIALS_FULL_URI: {
    value: ({ credentialsUri }) => credentialsUri,
    difference: "in place of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, whose address is not on a laptop",
  },
  AWS_DEFAULT_REGION: { value: ({ region }) => region },
  AWS_EXECUTION_ENV: { value: () => "AWS_ECS_FARGATE", difference: "the laptop's Node.js runs" },
  AWS_REGION: { value: ({ region }) => region },
  ECS_CONTAINER_METADATA_URI_V4: {
    value: ({ metadataUri }) => metadataUri,
    difference: "cluster, task and family alone",
  },
  HOSTNAME: { value: ({ taskId }) => `${taskId}.local`, difference: "Fargate gives the name of its address" },
  PATH: {
    value: () => `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    difference: "the laptop's Node.js instead of the image's",
  },
};

/** A container port, and the loopback port that stands for it in one task. */
export interface LocalPort {
  readonly containerPort: number;
  readonly port: number;
}

/**
 * @param endpoints Where the SDK finds the services, or finds that there is no way. Format of a name: `AWS_ENDPOINT_URL_S3`. They
 * win over everything, so that no container reaches outside.
 */
export function containerVariables(
  definition: ContainerDefinition,
  stage: FinalStage,
  context: ContainerContext,
  { ports, endpoints }: { ports: readonly LocalPort[]; endpoints: Readonly<Record<string, string>> },
): Record<string, string> {
  const fargate = Object.entries(fargateVariables).map(
    ([name, { value }]) => [name, value(context)] as const,
  );
  const variables = { ...Object.fromEntries(fargate), ...stage.variables, ...definition.variables };
  return { ...variables, ...localAddress(variables.PORT, ports), ...endpoints };
}

/** All tasks share one loopback address, so each listens on a port of its own, and nowhere else. */
function localAddress(port: string | undefined, ports: readonly LocalPort[]): Record<string, string> {
  const local = ports.find(({ containerPort }) => String(containerPort) === port);
  return local === undefined ? {} : { PORT: String(local.port), HOST: "127.0.0.1" };
}
