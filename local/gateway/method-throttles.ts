import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { Properties } from "../graph/properties.ts";
import type { Route } from "./router.ts";
import { TokenBucket } from "./token-bucket.ts";

interface ThrottleSettings {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** A stage's method settings: each method has a bucket of its own, filled as its settings or those of `*\/*` say. */
export class MethodThrottles {
  readonly #settings: ReadonlyMap<string, ThrottleSettings>;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #elapsed: () => number;

  private constructor(settings: ReadonlyMap<string, ThrottleSettings>, elapsed: () => number) {
    this.#settings = settings;
    this.#elapsed = elapsed;
  }

  static ofStage(graph: ResourceGraph, stage: RecordedResource, elapsed: () => number): MethodThrottles {
    const { restApi, stageName } = stage.inputs;
    const settings = new Map<string, ThrottleSettings>();
    for (const resource of graph.pointingAt(
      "aws:apigateway/methodSettings:MethodSettings",
      "restApi",
      restApi,
    )) {
      if (resource.inputs["stageName"] !== stageName) continue;
      const inputs = Properties.inputs(resource);
      const throttling = readThrottling(inputs.nested("settings"));
      if (throttling !== undefined) settings.set(inputs.requiredString("methodPath"), throttling);
    }
    return new MethodThrottles(settings, elapsed);
  }

  /** @returns Whether the method takes one more request now. */
  take(route: Route): boolean {
    const methodPath = `${route.resource.path.slice(1)}/${route.method.httpMethod}`;
    const settings = this.#settings.get(methodPath) ?? this.#settings.get("*/*");
    if (settings === undefined) return true;
    const bucket =
      this.#buckets.get(methodPath) ??
      new TokenBucket(settings.rateLimit, settings.burstLimit, this.#elapsed);
    this.#buckets.set(methodPath, bucket);
    return bucket.take();
  }
}

/** Negative values, the provider's default, leave throttling to the account. */
function readThrottling(settings: Properties): ThrottleSettings | undefined {
  const rateLimit = settings.number("throttlingRateLimit") ?? -1;
  const burstLimit = settings.number("throttlingBurstLimit") ?? -1;
  return rateLimit < 0 || burstLimit < 0 ? undefined : { rateLimit, burstLimit };
}
