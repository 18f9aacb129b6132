import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import { type SettledApiArgs, checkApiArgs } from "./api-args.ts";
import { policyJson } from "../policy-text.ts";
import { existingLoggingRole } from "./account-logging.ts";
import { accessLogFormat } from "./access-log-format.ts";
import { deploymentFingerprint } from "./deployment-fingerprint.ts";
import { gatewayResponses } from "./gateway-responses.ts";
import { ipAddressType, resourcePolicy } from "./resource-policy.ts";
import { type Route, type RouteKey, parseRoute } from "./route.ts";
import { type RecordedChild, RestApiMethods, methodAuthorization } from "./rest-api-methods.ts";
import type { RouteIntegration } from "./route-integration.ts";

/** One route of a REST API. */
export interface RestApiRoute {
  /** Integration of the route. */
  readonly integration: RouteIntegration;
  /** Needs no credentials, whatever `auth` is. Default: false. */
  readonly isPublic?: boolean;
}

/** The whole API as values. */
export interface RestApiArgs extends SettledApiArgs {
  /** Shown in the console. */
  readonly description: string;
  /** Errors: see `parseRoute` and `checkRoutes`. */
  readonly routes: Readonly<Record<RouteKey, RestApiRoute>>;
}

/**
 * A Regional REST API with one stage: resources and methods from a route table, JSON errors, access and execution
 * logs in groups of its own, throttling, and a deployment that is renewed whenever anything in it changes.
 */
export class RestApi extends pulumi.ComponentResource {
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** URL, id, stage and routes, ready to be a stack output. */
  readonly api: pulumi.Output<ApiOutput>;
  readonly #name: string;

  constructor(name: string, args: RestApiArgs, opts?: pulumi.ComponentResourceOptions) {
    const routes = Object.entries(args.routes).map(([key, route]) => ({ ...parseRoute(key), ...route }));
    checkApiArgs(args, routes);
    super("streamgate:parts:RestApi", name, {}, opts);
    this.#name = name;
    const { securityPolicy, endpointAccessMode } = args;
    this.restApi = new aws.apigateway.RestApi(
      name,
      {
        description: args.description,
        securityPolicy,
        endpointAccessMode,
        // Edge endpoints, the provider's default, cut a stream after 30 idle seconds; Regional ones after 5 minutes.
        endpointConfiguration: { types: "REGIONAL", ipAddressType: ipAddressType(args.allowedCidrs) },
        tags: args.tags,
      },
      { parent: this },
    );
    const deployment = this.#addDeployment([
      // A change of these takes a deployment too, AWS's page on changing them says.
      { resource: this.restApi, args: { securityPolicy, endpointAccessMode } },
      ...this.#addMethods(args, routes),
      ...this.#addGatewayResponses(args),
      ...this.#addResourcePolicy(args, routes),
    ]);
    this.stage = this.#addStage(args, deployment);
    const routeKeys = Object.keys(args.routes).sort();
    this.api = pulumi
      .all([this.stage.invokeUrl, this.restApi.id, this.stage.stageName])
      .apply(([url, restApiId, stage]) => ({ url, restApiId, stage, routes: routeKeys }));
    this.registerOutputs();
  }

  #addMethods(
    { auth, corsOrigins }: RestApiArgs,
    routes: readonly (Route & RestApiRoute)[],
  ): RecordedChild[] {
    const methods = new RestApiMethods(this.#name, this.restApi, this);
    for (const route of routes) {
      methods.add(route, route.integration, route.isPublic === true ? undefined : methodAuthorization(auth));
    }
    const paths = corsOrigins.length > 0 ? new Map(routes.map((route) => [route.path, route])) : [];
    for (const [path, anyRoute] of paths) {
      const declared = routes.filter((route) => route.path === path).map(({ method }) => method);
      methods.addPreflight(anyRoute, declared, auth, corsOrigins);
    }
    return methods.children;
  }

  #addGatewayResponses(args: RestApiArgs): RecordedChild[] {
    return gatewayResponses(args).map((response) => {
      const responseArgs = { restApiId: this.restApi.id, ...response };
      const name = `${this.#name}-${response.responseType}`;
      return {
        resource: new aws.apigateway.Response(name, responseArgs, { parent: this }),
        args: responseArgs,
      };
    });
  }

  #addResourcePolicy(
    { auth, allowedCidrs, allowedPrincipals, corsOrigins }: RestApiArgs,
    routes: readonly (Route & RestApiRoute)[],
  ): RecordedChild[] {
    const publicRoutes: Pick<Route, "method" | "segments">[] = routes.filter(
      ({ isPublic }) => isPublic === true,
    );
    if (corsOrigins.length > 0) publicRoutes.push({ method: "OPTIONS", segments: ["*"] });
    const policyArgs = {
      restApiId: this.restApi.id,
      policy: this.restApi.executionArn.apply((executionArn) =>
        policyJson(resourcePolicy({ auth, allowedCidrs, allowedPrincipals, publicRoutes, executionArn })),
      ),
    };
    const resource = new aws.apigateway.RestApiPolicy(this.#name, policyArgs, { parent: this });
    return [{ resource, args: policyArgs }];
  }

  /**
   * Takes the snapshot that callers get. What the program no longer has is still in it, because Pulumi removes last, and
   * is served until the next deployment.
   * Source: https://github.com/pulumi/pulumi-aws/issues/3289
   */
  #addDeployment(snapshot: readonly RecordedChild[]): aws.apigateway.Deployment {
    return new aws.apigateway.Deployment(
      this.#name,
      {
        restApi: this.restApi.id,
        triggers: { snapshot: pulumi.output(snapshot.map(({ args }) => args)).apply(deploymentFingerprint) },
      },
      { parent: this, dependsOn: snapshot.map(({ resource }) => resource) },
    );
  }

  #addStage(args: RestApiArgs, deployment: aws.apigateway.Deployment): aws.apigateway.Stage {
    const { logRetentionDays: retentionInDays, tags } = args;
    const accessLogs = new aws.cloudwatch.LogGroup(
      `${this.#name}-access`,
      { retentionInDays, tags },
      { parent: this },
    );
    // API Gateway makes this group by itself on the first error, and then keeps it for ever.
    const executionLogs = new aws.cloudwatch.LogGroup(
      `${this.#name}-execution`,
      {
        name: pulumi.interpolate`API-Gateway-Execution-Logs_${this.restApi.id}/${args.stage}`,
        retentionInDays,
        tags,
      },
      { parent: this },
    );
    const stage = new aws.apigateway.Stage(
      this.#name,
      {
        restApi: this.restApi.id,
        deployment: deployment.id,
        stageName: args.stage,
        accessLogSettings: { destinationArn: this.#writable(accessLogs, args), format: accessLogFormat },
        xrayTracingEnabled: args.tracing,
        tags,
      },
      { parent: this, dependsOn: [executionLogs, ...(args.accountLogging ? [args.accountLogging] : [])] },
    );
    new aws.apigateway.MethodSettings(
      this.#name,
      {
        restApi: this.restApi.id,
        stageName: stage.stageName,
        methodPath: "*/*",
        settings: {
          throttlingRateLimit: args.throttle.ratePerSecond,
          throttlingBurstLimit: args.throttle.burst,
          loggingLevel: "ERROR",
          // Would write requests and responses, keys included, into the log.
          dataTraceEnabled: false,
        },
      },
      { parent: this },
    );
    return stage;
  }

  /** The group's ARN, once it is known that API Gateway has a role to write to it. */
  #writable({ arn }: aws.cloudwatch.LogGroup, { accountLogging }: RestApiArgs): pulumi.Output<string> {
    if (accountLogging) return arn;
    return pulumi.all([arn, existingLoggingRole(this.#name, this)]).apply(([groupArn]) => groupArn);
  }
}
