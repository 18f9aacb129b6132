import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../input-error.ts";
import { checkArgument } from "../argument-rule.ts";
import { type Throttle, checkThrottle, quotaRule } from "./throttle.ts";
import { roleNameRule } from "../component-name.ts";
import { type Tags, tagRule } from "../tags.ts";

/** Stages the API keys are for, and their limits. */
export interface ApiKeyAccessArgs {
  /** The stages a key opens. */
  readonly stages: readonly aws.apigateway.Stage[];
  /** Throttle of each key. Shape: steady requests per second, and the bucket that absorbs bursts. */
  readonly throttle: Throttle;
  /** Requests each key has per day; beyond it: 429 `quota_exceeded`. Local: enforced. */
  readonly quotaPerDay: number;
  /**
   * The keys that are good, each by a number of its own. To change keys without a gap: add the next number, hand out the
   * new key, then leave the old number out, which takes its key with it.
   *
   * Shape: whole numbers from 1, ascending. Default: `[1]`.
   * Errors: any other list; thrown by the constructor before anything is registered. Local: enforced.
   */
  readonly generations?: readonly number[];
  /** For the keys and the usage plan. */
  readonly tags: Tags;
}

/** API keys, and one usage plan for all of a program's APIs. */
export class ApiKeyAccess extends pulumi.ComponentResource {
  /** Secret. What a caller sends as `x-api-key`: the newest key. */
  readonly key: pulumi.Output<string>;

  constructor(name: string, args: ApiKeyAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const { generations = [1] } = args;
    checkArgument("name", name, roleNameRule);
    checkArgument("tags", args.tags, tagRule);
    checkGenerations(generations);
    checkThrottle(args.throttle);
    checkArgument("quotaPerDay", args.quotaPerDay, quotaRule);
    super("streamgate:parts:ApiKeyAccess", name, {}, opts);
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
    const values = generations.map((generation) => {
      const keyName = generation === 1 ? name : `${name}-${generation}`;
      const apiKey = new aws.apigateway.ApiKey(keyName, { tags: args.tags }, { parent: this });
      new aws.apigateway.UsagePlanKey(
        keyName,
        { keyId: apiKey.id, keyType: "API_KEY", usagePlanId: usagePlan.id },
        // The provider marks a key's value as secret where it is made, and not here.
        { parent: this, additionalSecretOutputs: ["value"] },
      );
      return apiKey.value;
    });
    // Secret by the provider's own declaration.
    this.key = pulumi.all(values).apply((all) => all.at(-1) ?? "");
    this.registerOutputs();
  }
}

function checkGenerations(generations: readonly number[]): void {
  const ascending = generations.every(
    (generation, index) => Number.isInteger(generation) && generation > (generations[index - 1] ?? 0),
  );
  if (ascending && generations.length > 0) return;
  throw new InputError(
    `generations is [${generations.join(", ")}]; write whole numbers from 1, ascending, one a key: [1], or [1, 2] while keys change`,
  );
}
