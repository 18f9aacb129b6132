import http from "node:http";
import type { LimitValues } from "../../contract/limits.ts";
import type { CloudLog } from "../logs/cloud-log.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { type Clock, systemClock } from "../host/clock.ts";
import { Authorizer } from "../iam/authorizer.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import type { LambdaService } from "../lambda/lambda-service.ts";
import type { LogGroups } from "../logs/log-groups.ts";
import { VpcLinkError, type VpcLinkService } from "./vpc-link-service.ts";
import { UsagePlans } from "./api-keys.ts";
import { Properties } from "../graph/properties.ts";
import { executeRequest } from "./pipeline/execute-request.ts";
import type { RestApi } from "./rest-api.ts";
import { checkSecurityPolicy } from "./security-policy.ts";
import { readStages } from "./stage.ts";

/** A REST API of the graph, and the parts of the local cloud it works with. */
export interface RestApiGatewayOptions {
  readonly graph: ResourceGraph;
  /** The recorded `aws:apigateway/restApi:RestApi`. */
  readonly restApi: RecordedResource;
  /** From `openListener`. */
  readonly listener: http.Server;
  readonly lambda: LambdaService;
  /** Default: there are no networks, and every private integration times out. */
  readonly links?: VpcLinkService;
  /** Whose signatures are taken. */
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly accountId: string;
  readonly limits: LimitValues;
  /** Whether streamed responses are held to API Gateway's bandwidth. */
  readonly enforceCaps: boolean;
  readonly log: CloudLog;
  readonly logGroups: LogGroups;
  /** Shared with the other APIs of the graph. Default: this API's own. */
  readonly usagePlans?: UsagePlans;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** A REST API that answers. */
export interface RestApiGateway {
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html */
const EDGE_IDLE_MILLISECONDS = 30_000;

/**
 * Answers requests the way API Gateway answers for the recorded resources of one REST API, and only for those.
 *
 * @throws GraphError when AWS would refuse one of them.
 */
export function startRestApiGateway(options: RestApiGatewayOptions): RestApiGateway {
  const { restApi, listener } = options;
  checkSecurityPolicy(restApi);
  const clock = options.clock ?? systemClock;
  const usagePlans = options.usagePlans ?? new UsagePlans(options.graph, clock);
  const agent = new http.Agent({ keepAlive: true });
  const api: RestApi = {
    ...options,
    now: clock.now,
    authorizer: new Authorizer(options.graph, options.log),
    backends: { links: options.links ?? noLinks, agent },
    stages: readStages({ ...options, usagePlans, clock }),
    binaryMediaTypes: Properties.inputs(restApi).strings("binaryMediaTypes"),
    idleMilliseconds: readIdleLimit(options),
  };
  warnOfWhatIsNotSimulated(options);
  listener.on("request", (request, response) => {
    void executeRequest(api, request, response);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
        agent.destroy();
      }),
  };
}

const noLinks: VpcLinkService = {
  connect({ vpcLinkId }) {
    throw new VpcLinkError("blocked", `nothing is behind the VPC link ${vpcLinkId}`);
  },
};

function readIdleLimit({ restApi, limits, log }: RestApiGatewayOptions): number {
  // The provider's default is EDGE.
  const endpointType = Properties.inputs(restApi).nested("endpointConfiguration").string("types") ?? "EDGE";
  if (endpointType !== "EDGE") return limits.gatewayStreamIdleMilliseconds;
  log.warning("gateway", `${restApi.name}: an EDGE endpoint cuts streams that are idle for 30 seconds`);
  return Math.min(EDGE_IDLE_MILLISECONDS, limits.gatewayStreamIdleMilliseconds);
}

/** Inputs of a RestApi that change what a client sees on AWS and nothing here. */
const inputsNotSimulated = ["body", "disableExecuteApiEndpoint", "minimumCompressionSize"];

function warnOfWhatIsNotSimulated({ restApi, log }: RestApiGatewayOptions): void {
  for (const name of inputsNotSimulated) {
    const value = restApi.inputs[name];
    if (value === undefined || value === false) continue;
    log.warning("gateway", `${restApi.name}: ${name} is not simulated`);
  }
}
