import type { RecordedResource, ResourceGraph } from "../graph.ts";
import { Properties } from "./properties.ts";
import { Quota } from "./quota.ts";
import { TokenBucket } from "./token-bucket.ts";

/** A key that opens a stage, with what its usage plan leaves it. */
export interface ApiKeyAccess {
  readonly apiKeyId: string;
  /** `undefined` when the usage plan does not throttle. */
  readonly throttle: TokenBucket | undefined;
  /** `undefined` when the usage plan has no quota. */
  readonly quota: Quota | undefined;
}

/**
 * The keys that open a stage, by their value: enabled, and in a usage plan that names the stage.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function apiKeysOfStage(
  graph: ResourceGraph,
  stage: RecordedResource,
  now: () => number,
): ReadonlyMap<string, ApiKeyAccess> {
  const access = new Map<string, ApiKeyAccess>();
  for (const usagePlan of graph.ofType("aws:apigateway/usagePlan:UsagePlan")) {
    if (!isOfStage(usagePlan, stage)) continue;
    for (const apiKey of keysOfPlan(graph, usagePlan)) {
      access.set(Properties.outputs(apiKey).requiredString("value"), {
        apiKeyId: apiKey.id,
        throttle: readThrottle(usagePlan, now),
        quota: Quota.ofUsagePlan(usagePlan, now),
      });
    }
  }
  return access;
}

function isOfStage(usagePlan: RecordedResource, stage: RecordedResource): boolean {
  return Properties.inputs(usagePlan)
    .nestedList("apiStages")
    .some((apiStage) => {
      return (
        apiStage.string("apiId") === stage.inputs["restApi"] &&
        apiStage.string("stage") === stage.inputs["stageName"]
      );
    });
}

function keysOfPlan(graph: ResourceGraph, usagePlan: RecordedResource): RecordedResource[] {
  const keyIds = graph
    .pointingAt("aws:apigateway/usagePlanKey:UsagePlanKey", "usagePlanId", usagePlan.id)
    .map((usagePlanKey) => usagePlanKey.inputs["keyId"]);
  return graph
    .ofType("aws:apigateway/apiKey:ApiKey")
    .filter((apiKey) => keyIds.includes(apiKey.id) && Properties.inputs(apiKey).boolean("enabled") !== false);
}

function readThrottle(usagePlan: RecordedResource, now: () => number): TokenBucket | undefined {
  const settings = Properties.inputs(usagePlan).nested("throttleSettings");
  const rateLimit = settings.number("rateLimit");
  const burstLimit = settings.number("burstLimit");
  return rateLimit === undefined || burstLimit === undefined
    ? undefined
    : new TokenBucket(rateLimit, burstLimit, now);
}
