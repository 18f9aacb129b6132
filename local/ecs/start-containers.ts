import type { CloudLog } from "../logs/cloud-log.ts";
import type { TargetRegistry } from "../elb/target-registry.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import { Authorizer } from "../iam/authorizer.ts";
import type { VpcEndpoint } from "../iam/caller.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import type { LogGroups } from "../logs/log-groups.ts";
import type { SecurityGroups } from "../vpc/security-groups.ts";
import { UsageError } from "../usage-error.ts";
import { BlockedAddress } from "./blocked-address.ts";
import { assembleImage, findImage } from "./container-image.ts";
import { FargateService } from "./fargate-service.ts";
import { type EndpointService, NetworkEndpoints } from "./network-endpoints.ts";
import type { HealthTimeScale } from "./health-watch.ts";
import { type ServiceDefinition, readServices } from "./service-definition.ts";
import type { StopOrder } from "./task.ts";
import { taskStartFailure } from "./task-start.ts";
import { TaskEndpoint } from "./task-endpoint.ts";

export interface ContainersOptions {
  readonly graph: ResourceGraph;
  /** Target groups of the load balancers. */
  readonly registry: TargetRegistry;
  readonly securityGroups: SecurityGroups;
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly accountId: string;
  readonly log: CloudLog;
  readonly logGroups: LogGroups;
  /** Folder in which images are assembled. */
  readonly workFolder: string;
  /** URLs of the local services. */
  readonly endpoints: { readonly s3: string; readonly bedrock: string };
  /** Default: 1 for both. */
  readonly timeScale?: HealthTimeScale;
  /** Default: `deregisterFirst`. */
  readonly stopOrder?: StopOrder;
}

export interface Containers {
  readonly services: readonly FargateService[];
  /** Ends every container; no process is left. */
  close(): Promise<void>;
}

/**
 * Brings every recorded Fargate service to life: its image as a folder, its tasks as processes. Resolves when all services are
 * steady: as many tasks are healthy as each wants, or its circuit breaker has given up, which is an error in the cloud's log.
 *
 * @throws UsageError for an image that the program does not build; GraphError for what AWS would refuse, and for an image whose
 * build fails.
 */
export async function startContainers(options: ContainersOptions): Promise<Containers> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const stop of closing.splice(0).reverse()) await stop();
  };
  try {
    const definitions = readServices(options.graph);
    const taskEndpoint = new TaskEndpoint();
    await taskEndpoint.listen((fault) => options.log.error("ecs", `task metadata: ${fault}`));
    closing.push(() => taskEndpoint.close());
    const services: FargateService[] = [];
    // One after the other: when one is refused, nothing that another is about to open stays open.
    for (const definition of definitions) {
      services.push(await hostService(definition, taskEndpoint, options, closing));
    }
    await Promise.all(services.map((service) => service.start()));
    return { services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function hostService(
  service: ServiceDefinition,
  taskEndpoint: TaskEndpoint,
  options: ContainersOptions,
  closing: (() => Promise<unknown>)[],
): Promise<FargateService> {
  const { graph, registry, region, accountId, log, logGroups } = options;
  const timeScale = options.timeScale ?? { starting: 1, running: 1 };
  const { taskRoleArn, arn: taskDefinitionArn, container } = service.task;
  const image = findImage(graph, service);
  requirePortVariable(service);
  const network = new NetworkEndpoints(options, service);
  const s3 = await openRoute("s3", options.endpoints.s3, { service, network, log, closing });
  const bedrock = await openRoute("bedrock-runtime", options.endpoints.bedrock, {
    service,
    network,
    log,
    closing,
  });
  const start = { graph, authorizer: new Authorizer(graph, log), network, service, image, region, accountId };
  const hosted = new FargateService({
    service,
    image: await assembleImage(image, options.workFolder),
    registry,
    region,
    log,
    timeScale,
    stopOrder: options.stopOrder ?? "deregisterFirst",
    endpointVariables: { AWS_ENDPOINT_URL_S3: s3.url, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url },
    startFailure: () => taskStartFailure(start),
    onLine: (line) => {
      if (container.logGroup !== undefined) logGroups.append(container.logGroup, line);
    },
    addresses: (taskId) =>
      taskEndpoint.add({
        taskId,
        clusterArn: service.clusterArn,
        taskArn: `arn:aws:ecs:${region}:${accountId}:task/${service.clusterArn.split("/").pop()}/${taskId}`,
        taskDefinitionArn,
        roleArn: taskRoleArn,
        credentials: options.credentials.issue({
          kind: "role",
          roleArn: taskRoleArn,
          endpoints: {
            ...(s3.endpoint && { s3: s3.endpoint }),
            ...(bedrock.endpoint && { bedrock: bedrock.endpoint }),
          },
        }),
      }),
    onTaskGone: (taskId) => taskEndpoint.remove(taskId),
  });
  closing.push(() => hosted.close());
  return hosted;
}

/** @throws UsageError for a container that could not be told which port is its own here. */
function requirePortVariable({ name, task }: ServiceDefinition): void {
  const { variables, portMappings } = task.container;
  const ports = portMappings.map(({ containerPort }) => String(containerPort));
  if (ports.every((port) => port === variables.PORT)) return;
  throw new UsageError(
    `The service ${name} maps the container ${ports.length > 1 ? "ports" : "port"} ${ports.join(" and ")}, and its variable PORT is ` +
      `${variables.PORT ?? "not set"}; here all tasks share one address, so each is told a port of its own by PORT, which has to be its only one.`,
  );
}

interface RouteContext {
  readonly service: ServiceDefinition;
  readonly network: NetworkEndpoints;
  readonly log: CloudLog;
  readonly closing: (() => Promise<unknown>)[];
}

/** Endpoint of a service for a task, and the VPC endpoint on the way there. */
async function openRoute(
  name: EndpointService,
  url: string,
  { service, network, log, closing }: RouteContext,
): Promise<{ readonly url: string; readonly endpoint?: VpcEndpoint }> {
  const route = network.route(name);
  if (route.kind === "endpoint") return { url, endpoint: route.endpoint };
  if (route.kind === "unseen") return { url };
  const { missing } = route;
  const blocked = new BlockedAddress(() =>
    log.error("ecs", `${service.name}: a task cannot reach ${name}, because ${missing}`),
  );
  const blockedUrl = await blocked.listen();
  closing.push(() => blocked.close());
  return { url: blockedUrl };
}
