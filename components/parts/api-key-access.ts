import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What one key opens, and how much of it. */
export interface ApiKeyAccessArgs {
  /** The stages the key opens. */
  readonly stages: readonly aws.apigateway.Stage[];
  /** What each key may ask for. Shape: steady requests per second, and the bucket that absorbs bursts. */
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number };
  /** Requests each key has per day; beyond it: 429 `quota_exceeded`. Local: enforced. */
  readonly quotaPerDay: number;
  /** For the key and the usage plan. */
  readonly tags: Tags;
}

/** One API key and one usage plan for all of a program's APIs. */
export class ApiKeyAccess extends pulumi.ComponentResource {
  /** Secret. What a caller sends as `x-api-key`. */
  readonly key: pulumi.Output<string>;

  constructor(name: string, args: ApiKeyAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ApiKeyAccess", name, {}, opts);
    const apiKey = new aws.apigateway.ApiKey(name, { tags: args.tags }, { parent: this });
    const usagePlan = new aws.apigateway.UsagePlan(
      name,
      {
        apiStages: args.stages.map((stage) => ({ apiId: stage.restApi, stage: stage.stageName })),
        throttleSettings: { rateLimit: args.throttle.ratePerSecond, burstLimit: args.throttle.burst },
        quotaSettings: { limit: args.quotaPerDay, period: "DAY" },
        tags: args.tags,
      },
      { parent: this },
    );
    new aws.apigateway.UsagePlanKey(
      name,
      { keyId: apiKey.id, keyType: "API_KEY", usagePlanId: usagePlan.id },
      { parent: this },
    );
    // Secret by the provider's own declaration.
    this.key = apiKey.value;
    this.registerOutputs();
  }
}
