import type { LimitValues } from "../../contract/limits.ts";
import type { CloudLog } from "../logs/cloud-log.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { Clock } from "../host/clock.ts";
import type { PolicySource } from "../iam/policy-document.ts";
import type { LogGroups } from "../logs/log-groups.ts";
import { type AccessLog, openAccessLog } from "./access-log.ts";
import type { ApiKeyAccess, UsagePlans } from "./api-keys.ts";
import { type ApiMethod, methodsInDeployment, readMethods } from "./deployment-snapshot.ts";
import { GatewayResponses } from "./gateway-responses.ts";
import { GraphError } from "../graph/graph-error.ts";
import { MethodThrottles } from "./method-throttles.ts";
import { Properties } from "../graph/properties.ts";
import { resourcePolicyInDeployment } from "./resource-policy.ts";
import { readResourceTree } from "./resource-tree.ts";
import { Router } from "./router.ts";

/** A stage: the snapshot its deployment took, and the settings that apply at once. */
export interface Stage {
  readonly name: string;
  /** `null`, as functions see it, when there are none. */
  readonly variables: Readonly<Record<string, string>> | null;
  readonly router: Router;
  readonly gatewayResponses: GatewayResponses;
  /** `undefined` when the API has none. */
  readonly resourcePolicy: PolicySource | undefined;
  readonly apiKeys: ReadonlyMap<string, ApiKeyAccess>;
  readonly throttles: MethodThrottles;
  readonly accessLog: AccessLog | undefined;
}

/** Inputs of the stages, and their logs. */
export interface StageSource {
  readonly graph: ResourceGraph;
  readonly restApi: RecordedResource;
  readonly region: string;
  readonly accountId: string;
  readonly limits: LimitValues;
  readonly log: CloudLog;
  readonly logGroups: LogGroups;
  readonly usagePlans: UsagePlans;
  readonly clock: Clock;
}

/**
 * The stages of a REST API, by name.
 *
 * @throws GraphError when AWS would refuse one of the resources a stage is made from.
 */
export function readStages(source: StageSource): ReadonlyMap<string, Stage> {
  const { graph, restApi, log, logGroups, usagePlans, clock } = source;
  const root = readResourceTree(graph, restApi);
  const methods = readMethods(graph, restApi, source.limits);
  for (const { apiMethod, method } of methods) warnOfWhatIsNotSimulated(apiMethod, method, log);
  const stages = graph.pointingAt("aws:apigateway/stage:Stage", "restApi", restApi.id);
  return new Map(
    stages.map((stage) => {
      const deployment = findDeployment(graph, stage);
      const name = readStageName(stage);
      const variables = Properties.inputs(stage).stringMap("variables");
      return [
        name,
        {
          name,
          variables: Object.keys(variables).length === 0 ? null : variables,
          router: new Router(root, methodsInDeployment(graph, deployment, methods)),
          gatewayResponses: GatewayResponses.inDeployment(graph, deployment, log),
          resourcePolicy: resourcePolicyInDeployment(source, deployment),
          apiKeys: usagePlans.keysOfStage(stage),
          throttles: MethodThrottles.ofStage(graph, stage, clock.elapsed),
          accessLog: openAccessLog(graph, stage, logGroups),
        },
      ];
    }),
  );
}

function findDeployment(graph: ResourceGraph, stage: RecordedResource): RecordedResource {
  const deploymentId = Properties.inputs(stage).requiredString("deployment");
  const deployment = graph
    .pointingAt("aws:apigateway/deployment:Deployment", "restApi", stage.inputs["restApi"])
    .find((candidate) => candidate.id === deploymentId);
  if (deployment === undefined) {
    throw new GraphError(stage, `deployment ${deploymentId} is no deployment of the same API`);
  }
  return deployment;
}

function readStageName(stage: RecordedResource): string {
  const name = Properties.inputs(stage).requiredString("stageName");
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
    throw new GraphError(stage, `stageName ${name} is not 1 to 128 letters, digits, hyphens and underscores`);
  }
  return name;
}

function warnOfWhatIsNotSimulated(apiMethod: ApiMethod, method: RecordedResource, log: CloudLog): void {
  const { authorization, integration } = apiMethod;
  if (integration.kind === "unsupported") {
    log.warning(
      "gateway",
      `${method.name}: ${integration.type} integrations are not simulated; calls get 500`,
    );
  }
  if (authorization !== "NONE" && authorization !== "AWS_IAM") {
    log.warning("gateway", `${method.name}: ${authorization} authorization is not simulated; calls get 500`);
  }
}
