import type { Server } from "node:http";
import { join } from "node:path";
import { type LimitValues, awsLimitValues } from "../contract/limits.ts";
import type { LocalOutput, StackOutputs } from "../contract/stack-outputs.ts";
import { CloudLog } from "./logs/cloud-log.ts";
import { type Containers, startContainers } from "./ecs/start-containers.ts";
import type { StopOrder } from "./ecs/task.ts";
import { startLoadBalancers } from "./elb/load-balancers.ts";
import { UsagePlans } from "./gateway/api-keys.ts";
import { openListener } from "./gateway/listener.ts";
import { startRestApiGateway } from "./gateway/rest-api-gateway.ts";
import { openVpcLinks } from "./gateway/vpc-links.ts";
import type { ResourceGraph } from "./graph/resource-graph.ts";
import { systemClock } from "./host/clock.ts";
import { CredentialStore } from "./iam/credential-store.ts";
import { type LambdaHost, startLambdaHost } from "./lambda/lambda-host.ts";
import { LogGroups } from "./logs/log-groups.ts";
import { type ProgramRun, runProgram } from "./program/run-program.ts";
import { simulatedFunctions } from "./program/simulated-functions.ts";
import { ResourceSimulator } from "./program/simulated-resources.ts";
import { regionOf, type StackSettings } from "./program/stack-settings.ts";
import { type LocalBedrock, startBedrock } from "./bedrock/bedrock-service.ts";
import type { Responder } from "./bedrock/responder.ts";
import type { ScriptedModelOptions } from "./bedrock/scripted-model.ts";
import { type LocalS3, startS3 } from "./s3/s3-service.ts";
import { readSecurityGroups } from "./vpc/security-groups.ts";
import { makeWorkFolder } from "./work-folder.ts";

export interface LocalCloudOptions {
  /** Folder with `Pulumi.yaml` and `index.ts`. */
  readonly projectFolder: string;
  readonly settings: StackSettings;
  /** Folder that stands for the program's bucket. */
  readonly files: { readonly folder: string; readonly writable: boolean };
  /** The first API's port, the second API's the one after it. 0: any free port. */
  readonly port: number;
  /** Whether responses are held to Lambda's and API Gateway's bandwidth. */
  readonly enforceCaps: boolean;
  /** Limits other than AWS's, to make tests short. Default: none. */
  readonly limits?: Partial<LimitValues>;
  /** Options of the scripted model behind the local Bedrock. Default: the pace of a real one. */
  readonly model?: ScriptedModelOptions;
  /** Answers chats in place of the scripted model. */
  readonly modelResponder?: Responder;
  /** Multiplies the load balancers' times: health checks, idle timeout, deregistration delay. Default: 1. */
  readonly loadBalancerTimeScale?: number;
  /** Order of deregistration and stop signal when a task is stopped. Default: `deregisterFirst`. */
  readonly stopOrder?: StopOrder;
  /** Folder of the log groups' files. Default: kept in memory alone. */
  readonly logFolder?: string;
  readonly log?: CloudLog;
}

/** A program's resources, recorded and not yet brought to life, with the ports its APIs will answer on. */
export interface LoadedProgram extends ProgramRun {
  readonly region: string;
  readonly listeners: ReadonlyMap<string, Server>;
}

export interface LocalCloud {
  readonly outputs: StackOutputs & { readonly local: LocalOutput };
  readonly graph: ResourceGraph;
  readonly log: CloudLog;
  readonly logGroups: LogGroups;
  readonly s3: LocalS3;
  readonly bedrock: LocalBedrock;
  readonly lambda: LambdaHost;
  readonly containers: Containers;
  /** Stops everything; no process and no temporary file is left. */
  close(): Promise<void>;
}

const ACCOUNT_ID = "123456789012";

/**
 * A task that does not come up on a laptop is known to be broken long before the minute that one on Fargate is given. Once it
 * runs, its checks, a process each, are as rare as there.
 */
const HEALTH_TIME_SCALE = { starting: 0.1, running: 1 };

/** Runs the program and brings every resource it registered to life on loopback. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const log = options.log ?? new CloudLog();
  return bringToLife(await loadProgram({ ...options, log }), { ...options, log });
}

/** @throws PortInUseError for a port that is taken, ProgramError when the program fails. */
export async function loadProgram(options: LocalCloudOptions & { log: CloudLog }): Promise<LoadedProgram> {
  const { settings } = options;
  const region = regionOf(settings);
  const listeners = new Map<string, Server>();
  let apis = 0;
  // The first failure, so that of two busy ports the one that was asked for is named. Pulumi passes on an error's
  // message alone.
  let listenerError: unknown;
  const openApiPort = async (restApiId: string): Promise<number> => {
    // APIs are registered side by side: each takes its number before the first one's port is open.
    const port = options.port === 0 ? 0 : options.port + apis++;
    const listener = await openListener(port, (fault) => options.log.error("gateway", fault)).catch(
      (error: unknown) => {
        listenerError ??= error;
        throw error;
      },
    );
    listeners.set(restApiId, listener);
    return (listener.address() as { port: number }).port;
  };
  try {
    const run = await runProgram({
      entry: join(options.projectFolder, "index.ts"),
      settings,
      simulator: new ResourceSimulator({ region, accountId: ACCOUNT_ID, openApiPort }),
      functions: simulatedFunctions(region, ACCOUNT_ID),
      log: options.log,
    });
    return { ...run, region, listeners };
  } catch (error) {
    for (const listener of listeners.values()) listener.close();
    throw listenerError ?? error;
  }
}

/** @throws GraphError when AWS could not have made what the program registered. */
export async function bringToLife(
  program: LoadedProgram,
  options: LocalCloudOptions & { log: CloudLog },
): Promise<LocalCloud> {
  const { graph, region } = program;
  const { log, enforceCaps } = options;
  const closing: (() => Promise<unknown>)[] = [...program.listeners.values()].map(
    (listener) => () => new Promise((resolve) => listener.close(resolve)),
  );
  // Last started, first stopped.
  const close = async () => {
    for (const stop of closing.splice(0).reverse()) await stop();
  };
  try {
    const logGroups = new LogGroups(options.logFolder, (message) => log.warning("logs", message));
    const credentials = new CredentialStore();
    const workFolder = makeWorkFolder();
    closing.push(() => workFolder.remove());

    const { bucket } = program.outputs;
    const buckets = new Map(typeof bucket === "string" ? [[bucket, options.files]] : []);
    const s3 = await startS3({ graph, buckets, credentials, region, accountId: ACCOUNT_ID, log });
    closing.push(() => s3.close());

    const bedrock = await startBedrock({
      graph,
      credentials,
      region,
      accountId: ACCOUNT_ID,
      log,
      ...(options.model && { model: options.model }),
      ...(options.modelResponder && { respond: options.modelResponder }),
    });
    closing.push(() => bedrock.close());

    const shared = {
      graph,
      region,
      accountId: ACCOUNT_ID,
      limits: { ...awsLimitValues, ...options.limits },
      enforceCaps,
      log,
      logGroups,
    };
    const lambda = await startLambdaHost({
      ...shared,
      credentials,
      endpointVariables: {
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.endpoint,
      },
      projectFolder: options.projectFolder,
      workFolder: workFolder.path,
    });
    closing.push(() => lambda.close());

    const securityGroups = readSecurityGroups(graph);
    const loadBalancers = await startLoadBalancers({
      graph,
      securityGroups,
      log,
      timeScale: options.loadBalancerTimeScale ?? 1,
    });
    closing.push(() => loadBalancers.close());
    const containers = await startContainers({
      ...shared,
      timeScale: HEALTH_TIME_SCALE,
      ...(options.stopOrder && { stopOrder: options.stopOrder }),
      credentials,
      securityGroups,
      registry: loadBalancers.registry,
      endpoints: { s3: s3.endpoint, bedrock: bedrock.endpoint },
      workFolder: workFolder.path,
    });
    closing.push(() => containers.close());

    const links = openVpcLinks(graph, securityGroups, loadBalancers.loadBalancers);
    const usagePlans = new UsagePlans(graph, systemClock);
    for (const restApi of graph.ofType("aws:apigateway/restApi:RestApi")) {
      const listener = program.listeners.get(restApi.id);
      if (listener === undefined) throw new Error(`no port was opened for ${restApi.urn}`);
      const gateway = startRestApiGateway({
        ...shared,
        restApi,
        listener,
        lambda,
        links,
        usagePlans,
        credentials,
      });
      closing.push(() => gateway.close());
    }

    const local = {
      endpoints: { s3: s3.endpoint, bedrock: bedrock.endpoint },
      credentials: credentials.issue({ kind: "developer" }),
    };
    const outputs = { ...(program.outputs as unknown as StackOutputs), local };
    return { outputs, graph, log, logGroups, s3, bedrock, lambda, containers, close };
  } catch (error) {
    await close();
    throw error;
  }
}
