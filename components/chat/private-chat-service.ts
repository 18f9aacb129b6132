import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import { type ApiArgs, checkApiArgs, settleApiArgs } from "../api/api-args.ts";
import { CONTAINER_PORT } from "./chat-container.ts";
import { ChatImage } from "./chat-image.ts";
import { ChatLoadBalancer, type ListenerCertificate, listenerPort } from "./chat-load-balancer.ts";
import { checkedCertificate } from "./checked-certificate.ts";
import { chatRouteKeys, chatRoutes } from "./chat-routes.ts";
import { ChatScaling } from "./chat-scaling.ts";
import { ChatSecurityGroups } from "./chat-security-groups.ts";
import { ChatService } from "./chat-service.ts";
import { chatStatements } from "./chat-statements.ts";
import { ChatTaskRoles } from "./chat-task-roles.ts";
import { type DownloadAccessArgs, downloadEnvironment } from "../bucket/download-access.ts";
import { type ModelArgs, modelEnvironment } from "./model-access.ts";
import { PrivateEndpoints } from "./private-endpoints.ts";
import { type NetworkArgs, PrivateNetwork } from "./private-network.ts";
import { RestApi } from "../api/rest-api.ts";
import { corsEnvironment } from "../api/cors.ts";
import { checkPrivateChat } from "./private-chat-args.ts";
import { parseRoute } from "../api/route.ts";
import { regionOf } from "../look-up.ts";
import type { Tags } from "../tags.ts";

/** Chat with a Bedrock model from containers that have no way to the internet. */
export interface PrivateChatServiceArgs extends ModelArgs, ApiArgs {
  /** A network of its own, in the zones given, or one that is there already. Local: security groups are enforced. */
  readonly network: NetworkArgs;

  /**
   * The container's image; empty to have it built from `app/`, which takes Docker where the program runs.
   *
   * Shape: an image in a private ECR registry of the Region, with tag or digest, built for `architecture`.
   * Default: empty. Errors: any other registry, which isolated subnets do not lead to; thrown by the constructor before
   * anything is registered. Local: refused, as there is nothing here that pulls and runs images.
   */
  readonly image?: string;

  /** Processor of image and tasks. arm64 costs less per second. */
  readonly architecture: "arm64" | "x86_64";

  /**
   * Size of a task.
   *
   * Shape: CPU units, 1024 a processor. Errors: what Fargate does not offer; thrown by the constructor before anything is
   * registered. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
   */
  readonly cpu: number;

  /** Size of a task. Shape: what Fargate offers with `cpu`. Errors: as for `cpu`. Source: the same page. */
  readonly memoryMiB: number;

  /** Tasks there are always, spread over the zones. Shape: from 1; two or more survive the loss of a zone. Local: enforced. */
  readonly minTasks: number;

  /** Most tasks, which bounds the bill. Shape: not less than `minTasks`. Local: the service does not scale. */
  readonly maxTasks: number;

  /** Streams a task takes at a time; beyond it: 503 with `Retry-After`. Another task is started at 65 %. Local: enforced. */
  readonly streamsPerTask: number;

  /**
   * Encrypts the hop from gateway to load balancer.
   *
   * Shape: an ACM certificate of the Region and a name it is for; the name need not resolve.
   * Default: HTTP, which stays between the link's interfaces and the load balancer's.
   * Errors: a certificate that ACM does not have in the Region, has not issued, or has for other names; in a preview
   * already. Local: any certificate is taken for one that would do.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
   */
  readonly certificate?: ListenerCertificate;

  /** Objects to download. Default: none, and the route responds 404. */
  readonly downloads?: DownloadAccessArgs;
}

/**
 * REST API, VPC link, internal load balancer and a Fargate service that streams a Bedrock model's answers. `POST /stream` and
 * downloads need what `auth` says; `GET /health` needs nothing, and neither does the page at `/` with its assets, which
 * is not there with `auth: "iam"`.
 */
export class PrivateChatService extends pulumi.ComponentResource {
  /** URL, id, stage and routes, ready to be a stack output. */
  readonly api: pulumi.Output<ApiOutput>;
  /** The zones of a network of its own, in order: what `availabilityZones` has to begin with from now on. Else none. */
  readonly availabilityZones: readonly string[];
  /** The one stage, for what is attached to it: an `ApiKeyAccess`, a web ACL, a custom domain. */
  readonly stage: aws.apigateway.Stage;

  readonly #name: string;
  readonly #args: PrivateChatServiceArgs;
  readonly #tags: Tags;

  constructor(name: string, args: PrivateChatServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    checkPrivateChat(name, args);
    // The part below checks as well, but only when this component is registered already.
    const routes = chatRouteKeys(servesPage(args)).all.map(parseRoute);
    checkApiArgs(args, routes);
    super("streamgate:index:PrivateChatService", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#tags = args.tags ?? {};

    const networking = this.#addNetworking();
    this.#addService(networking, this.#addTaskResources(networking));
    const { stage, api } = this.#addApi(networking);

    this.stage = stage;
    this.availabilityZones = "vpcId" in args.network ? [] : args.network.availabilityZones;
    this.api = api;
    this.registerOutputs({ api: this.api });
  }

  #addNetworking(): Networking {
    const { network: place } = this.#args;
    const certificate = this.#args.certificate && checkedCertificate(this.#args.certificate, this);
    const [name, tags, options] = [this.#name, this.#tags, { parent: this }];
    const network = new PrivateNetwork(name, { network: place, tags }, options);
    const groups = new ChatSecurityGroups(
      name,
      {
        vpcId: network.vpcId,
        listenerPort: listenerPort(certificate),
        containerPort: CONTAINER_PORT,
        createEndpoints: network.createEndpoints,
        tags,
      },
      options,
    );
    const loadBalancer = new ChatLoadBalancer(
      name,
      {
        subnetIds: network.subnetIds,
        securityGroupId: groups.loadBalancerId,
        containerPort: CONTAINER_PORT,
        certificate,
        tags,
      },
      options,
    );
    return { network, groups, loadBalancer };
  }

  #addTaskResources({ network, groups }: Networking): TaskResources {
    const { image: existing = "", architecture, downloads, logRetentionDays } = this.#args;
    const [name, tags, options] = [this.#name, this.#tags, { parent: this }];
    const image = new ChatImage(name, { existing, architecture, tags }, options);
    const logGroup = new aws.cloudwatch.LogGroup(name, { retentionInDays: logRetentionDays, tags }, options);
    const { task, execution, ...statements } = chatStatements(
      { model: this.#args, downloads, repositoryArn: image.repositoryArn, logGroupArn: logGroup.arn },
      options,
    );
    const roles = new ChatTaskRoles(name, { task, execution, tags }, options);
    const { endpointId: securityGroupId } = groups;
    const endpoints = securityGroupId && [
      new PrivateEndpoints(name, { network, securityGroupId, statements, tags }, options),
    ];
    return { image, logGroup, roles, endpoints: endpoints ?? [] };
  }

  #addService({ network, groups, loadBalancer }: Networking, taskResources: TaskResources): void {
    const { architecture, cpu, memoryMiB, minTasks, maxTasks, streamsPerTask } = this.#args;
    const { image, logGroup, roles, endpoints } = taskResources;
    const [name, tags, options] = [this.#name, this.#tags, { parent: this }];
    const metricService = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    const region = regionOf(options);
    const { clusterName, serviceName } = new ChatService(
      name,
      {
        size: { cpu, memoryMiB, architecture, minTasks },
        container: {
          image: image.uri,
          targetGroup: loadBalancer.targetGroup,
          environment: {
            ...containerEnvironment(this.#args),
            SERVICE_NAME: metricService,
            STAGE: this.#args.stage,
            AWS_REGION: region,
          },
          logGroup: logGroup.name,
          region,
        },
        roles,
        subnetIds: network.subnetIds,
        securityGroupId: groups.taskId,
        tags,
      },
      // ECS refuses a target group without a listener; and a task has to be able to pull, to log and to answer.
      { ...options, dependsOn: [loadBalancer, groups, ...endpoints] },
    );
    new ChatScaling(
      name,
      { clusterName, serviceName, metricService, minTasks, maxTasks, streamsPerTask, tags },
      options,
    );
  }

  #addApi({ network, groups, loadBalancer }: Networking): RestApi {
    const [name, tags, options] = [this.#name, this.#tags, { parent: this }];
    const link = new aws.apigatewayv2.VpcLink(
      name,
      { subnetIds: network.subnetIds, securityGroupIds: [groups.linkId], tags },
      options,
    );
    return new RestApi(
      name,
      {
        description: "Chat through containers in a private network",
        routes: chatRoutes(chatRouteKeys(servesPage(this.#args)), link, loadBalancer),
        ...settleApiArgs(this.#args),
      },
      options,
    );
  }
}

/** Network and load balancer of the service. */
interface Networking {
  readonly network: PrivateNetwork;
  readonly groups: ChatSecurityGroups;
  readonly loadBalancer: ChatLoadBalancer;
}

/** Image, roles and endpoints of the tasks. */
interface TaskResources {
  readonly image: ChatImage;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly roles: ChatTaskRoles;
  /** Empty where the network has endpoints already. */
  readonly endpoints: readonly PrivateEndpoints[];
}

/** A browser cannot sign what it navigates to. */
function servesPage({ auth }: PrivateChatServiceArgs): boolean {
  return auth !== "iam";
}

/** Environment variables that `app/` reads; unset ones are left out. */
function containerEnvironment(args: PrivateChatServiceArgs): Record<string, pulumi.Input<string>> {
  const { downloads, streamsPerTask, corsOrigins = [] } = args;
  return {
    ...modelEnvironment(args),
    STREAMS_PER_TASK: String(streamsPerTask),
    ...(downloads && downloadEnvironment(downloads, args.auth === "none")),
    ...(servesPage(args) && { SERVE_PAGE: "true" }),
    ...corsEnvironment(corsOrigins),
  };
}
