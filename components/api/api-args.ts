import type * as pulumi from "@pulumi/pulumi";
import { type ArgumentRule, checkArgument } from "../argument-rule.ts";
import { logRetentionRule } from "../log-retention.ts";
import { type ApiAccessArgs, checkApiAccess } from "./api-access.ts";
import { type Route, checkRoutes } from "./route.ts";
import { defaultSecurityPolicy } from "./security-policy.ts";
import type { Tags } from "../tags.ts";
import { type Throttle, checkThrottle } from "./throttle.ts";

/** Arguments of every API, whatever its integrations. */
export interface ApiArgs extends ApiAccessArgs {
  /** Name of the one stage, the first part of every path. Shape: 1 to 128 of `A-Z a-z 0-9 - _`. */
  readonly stage: string;

  /**
   * Requests each method accepts, from all callers together: a stage with three routes may take three times as many. Beyond it:
   * 429 `too_many_requests`.
   *
   * Shape: steady requests per second, and the bucket that absorbs bursts. Local: enforced.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
   */
  readonly throttle: Throttle;

  /**
   * Whether X-Ray records requests. Its segments hold URLs, and with them object keys.
   *
   * Default: false. Local: not simulated.
   * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-services-apigateway.html
   */
  readonly tracing?: boolean;

  /** Retention of access and execution logs. Shape: days, one of the periods CloudWatch Logs knows. */
  readonly logRetentionDays: number;

  /**
   * The program's `AccountLogging`, as `AccountLogging.ensure()` gives it.
   *
   * Default: the account's logging role is looked up. Errors: the account has none in this Region; in a preview already.
   */
  readonly accountLogging?: pulumi.Resource;

  /** Tags for every resource that can carry them. Default: none. */
  readonly tags?: Tags;
}

/** The same, with nothing left open. */
export type SettledApiArgs = Required<Omit<ApiArgs, "accountLogging">> & Pick<ApiArgs, "accountLogging">;

/** Rule for the name of a stage. Source: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
const stageRule: ArgumentRule<string> = {
  allowed: "1 to 128 of A-Z, a-z, 0-9, - and _",
  accepts: (stage) => /^[A-Za-z0-9_-]{1,128}$/.test(stage),
};

/** Checks an API's arguments against its routes. @throws InputError */
export function checkApiArgs(args: ApiArgs, routes: readonly Route[]): void {
  checkArgument("stage", args.stage, stageRule);
  checkRoutes(routes, args.stage);
  checkApiAccess(args, routes);
  checkThrottle(args.throttle);
  checkArgument("logRetentionDays", args.logRetentionDays, logRetentionRule);
}

/** Takes them out of a component's arguments, with their defaults. */
export function settleApiArgs(args: ApiArgs): SettledApiArgs {
  return {
    stage: args.stage,
    auth: args.auth ?? "apiKey",
    allowedCidrs: args.allowedCidrs ?? [],
    allowedPrincipals: args.allowedPrincipals ?? [],
    corsOrigins: args.corsOrigins ?? [],
    securityPolicy: args.securityPolicy ?? defaultSecurityPolicy,
    endpointAccessMode: args.endpointAccessMode ?? "STRICT",
    throttle: args.throttle,
    tracing: args.tracing ?? false,
    logRetentionDays: args.logRetentionDays,
    ...(args.accountLogging && { accountLogging: args.accountLogging }),
    tags: args.tags ?? {},
  };
}
