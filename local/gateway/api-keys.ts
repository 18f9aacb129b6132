import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { Properties } from "../graph/properties.ts";
import type { Clock } from "../host/clock.ts";
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
 * The usage plans of a graph. What one leaves a key is counted over all stages it names, of whatever API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsagePlans {
  readonly #graph: ResourceGraph;
  readonly #clock: Clock;
  /** By the ids of plan and key. */
  readonly #accesses = new Map<string, ApiKeyAccess>();

  constructor(graph: ResourceGraph, clock: Clock) {
    this.#graph = graph;
    this.#clock = clock;
  }

  /** The keys that open a stage, by their value: enabled, and in a usage plan that names the stage. */
  keysOfStage(stage: RecordedResource): ReadonlyMap<string, ApiKeyAccess> {
    const plans = this.#graph
      .ofType("aws:apigateway/usagePlan:UsagePlan")
      .filter((usagePlan) => isOfStage(usagePlan, stage));
    return new Map(
      plans.flatMap((usagePlan) =>
        keysOfPlan(this.#graph, usagePlan).map((apiKey) => {
          return [Properties.outputs(apiKey).requiredString("value"), this.#accessOf(usagePlan, apiKey)];
        }),
      ),
    );
  }

  #accessOf(usagePlan: RecordedResource, apiKey: RecordedResource): ApiKeyAccess {
    const id = `${usagePlan.id} ${apiKey.id}`;
    const access = this.#accesses.get(id) ?? {
      apiKeyId: apiKey.id,
      throttle: readThrottle(usagePlan, this.#clock.elapsed),
      quota: Quota.ofUsagePlan(usagePlan, this.#clock.now),
    };
    this.#accesses.set(id, access);
    return access;
  }
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

function readThrottle(usagePlan: RecordedResource, elapsed: () => number): TokenBucket | undefined {
  const settings = Properties.inputs(usagePlan).nested("throttleSettings");
  const rateLimit = settings.number("rateLimit");
  const burstLimit = settings.number("burstLimit");
  return rateLimit === undefined || burstLimit === undefined
    ? undefined
    : new TokenBucket(rateLimit, burstLimit, elapsed);
}
