import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import { type ApiArgs, checkApiArgs, settleApiArgs } from "./api-args.ts";
import { checkArgument } from "../argument-rule.ts";
import { apiNameRule } from "./api-name.ts";
import { tagRule } from "../tags.ts";
import { permissionName } from "./permission-name.ts";
import { RestApi } from "./rest-api.ts";
import type { RouteIntegration } from "./route-integration.ts";
import { type ResponseTransferMode, integrationTimeoutMilliseconds } from "./lambda-proxy-integration.ts";
import { routeArnPart } from "./resource-policy.ts";
import { type RouteKey, parseRoute } from "./route.ts";

/** One route: the function behind it and how its response travels. */
export interface LambdaRoute {
  /**
   * The function. Its `timeout` bounds the integration as well, so neither outlives the other.
   *
   * Shape: a function whose handler is wrapped in `awslambda.streamifyResponse` and sends the metadata prelude; for
   * `BUFFERED` one that returns a proxy response.
   */
  readonly function: aws.lambda.Function;

  /**
   * Response transfer mode.
   *
   * Shape: `STREAM` (15 minutes, no size limit of the gateway's) or `BUFFERED` (29 seconds, 6 MB from Lambda).
   * Default: `STREAM`. Local: enforced.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
   */
  readonly responseTransferMode?: ResponseTransferMode;
}

/** A REST API in front of Lambda functions that stream. */
export interface StreamingLambdaApiArgs extends ApiArgs {
  /**
   * The route table. Everything API Gateway needs per route (resource, method, invocation URI, transfer mode,
   * timeout, permission) is derived from it.
   *
   * Shape: `{"GET /download/{key+}": {function}}`. A HEAD or OPTIONS route is one of its own.
   * Errors: a malformed route, two parameters in one place, or a first segment equal to the stage; thrown by the
   * constructor before anything is registered. Local: same routes.
   */
  readonly routes: Readonly<Record<RouteKey, LambdaRoute>>;
}

/**
 * A Regional REST API whose responses stream from Lambda functions. Every route needs what `auth` says; with API keys,
 * give the `stage` to an `ApiKeyAccess`.
 */
export class StreamingLambdaApi extends pulumi.ComponentResource {
  /** URL, id, stage and routes, ready to be a stack output. */
  readonly api: pulumi.Output<ApiOutput>;
  /** The one stage, for what is attached to it: an `ApiKeyAccess`, a web ACL, a custom domain. */
  readonly stage: aws.apigateway.Stage;

  constructor(name: string, args: StreamingLambdaApiArgs, opts?: pulumi.ComponentResourceOptions) {
    const routes = Object.entries(args.routes) as [RouteKey, LambdaRoute][];
    const parsed = routes.map(([key, route]) => ({ ...parseRoute(key), function: route.function }));
    // The part below checks as well, but only when this component is registered already.
    checkApiArgs(args, parsed);
    checkArgument("name", name, apiNameRule);
    checkArgument("tags", args.tags ?? {}, tagRule);
    super("streamgate:index:StreamingLambdaApi", name, {}, opts);

    const { restApi, stage, api } = new RestApi(
      name,
      {
        description: "Streams from Lambda functions",
        routes: Object.fromEntries(
          routes.map(([key, route]) => [key, { integration: lambdaProxyIntegration(route) }]),
        ),
        ...settleApiArgs(args),
      },
      { parent: this },
    );
    for (const { function: behind, ...route } of parsed) {
      new aws.lambda.Permission(
        permissionName(name, route),
        {
          action: "lambda:InvokeFunction",
          function: behind.arn,
          principal: "apigateway.amazonaws.com",
          sourceArn: pulumi.interpolate`${restApi.executionArn}/*/${routeArnPart(route)}`,
        },
        { parent: this },
      );
    }

    this.stage = stage;
    this.api = api;
    this.registerOutputs({ api: this.api });
  }
}

/** Derives from one function and one mode everything that has to agree. */
function lambdaProxyIntegration(route: LambdaRoute): RouteIntegration {
  const responseTransferMode = route.responseTransferMode ?? "STREAM";
  return {
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    responseTransferMode,
    // Each mode has an invocation URI of its own; API Gateway refuses, or answers without a body, when they differ.
    uri:
      responseTransferMode === "STREAM"
        ? route.function.responseStreamingInvokeArn
        : route.function.invokeArn,
    timeoutMilliseconds: route.function.timeout.apply((seconds) =>
      integrationTimeoutMilliseconds(responseTransferMode, seconds),
    ),
  };
}
