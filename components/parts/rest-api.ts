import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessLogFormat } from "../rules/access-log-format.ts";
import { deploymentFingerprint } from "../rules/deployment-fingerprint.ts";
import { gatewayResponses } from "../rules/gateway-responses.ts";
import type { ResponseTransferMode } from "../rules/lambda-proxy-integration.ts";
import { type Route, type RouteKey, checkRoutes, parseRoute } from "../rules/route.ts";
import type { Tags } from "../tags.ts";

/** What a route hands its requests to, as a value: the part makes the API Gateway resources for it. */
export interface RouteIntegration {
  readonly type: "AWS_PROXY";
  readonly integrationHttpMethod: "POST";
  readonly uri: pulumi.Input<string>;
  readonly responseTransferMode: pulumi.Input<ResponseTransferMode>;
  readonly timeoutMilliseconds: pulumi.Input<number>;
}

/** The whole API as values. */
export interface RestApiArgs {
  /** Shown in the console. */
  readonly description: string;
  /** Name of the one stage, the first part of every path. */
  readonly stage: string;
  /** Where each route's requests go. Errors: see `parseRoute` and `checkRoutes`. */
  readonly routes: Readonly<Record<RouteKey, RouteIntegration>>;
  /** For the whole stage, whoever calls. */
  readonly throttle: { readonly ratePerSecond: number; readonly burst: number };
  /** For access and execution logs. Shape: days, one of the periods CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** What has to exist before a stage may log: the Region's account setting, when this program makes it. */
  readonly accountLogging?: pulumi.Resource;
  /** For the API, its stage and its log groups. */
  readonly tags: Tags;
}

/**
 * A Regional REST API with one stage: resources and methods from a route table, JSON errors, access and execution
 * logs in groups of its own, throttling, and a deployment that is renewed whenever anything in it changes.
 */
export class RestApi extends pulumi.ComponentResource {
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** Sorted. */
  readonly routes: readonly string[];
  readonly #name: string;
  readonly #resourceIds = new Map<string, pulumi.Output<string>>();

  constructor(name: string, args: RestApiArgs, opts?: pulumi.ComponentResourceOptions) {
    const routes = Object.entries(args.routes).map(([key, integration]) => ({
      ...parseRoute(key),
      integration,
    }));
    checkRoutes(routes, args.stage);
    super("streamgate:parts:RestApi", name, {}, opts);
    this.#name = name;
    this.routes = Object.keys(args.routes).sort();

    this.restApi = new aws.apigateway.RestApi(
      name,
      {
        description: args.description,
        // Edge endpoints, the provider's default, cut a stream after 30 idle seconds; Regional ones after 5 minutes.
        endpointConfiguration: { types: "REGIONAL" },
        tags: args.tags,
      },
      { parent: this },
    );
    const methods = routes.map((route) => this.#addMethod(route, route.integration));
    const responses = this.#addGatewayResponses();
    const deployment = this.#addDeployment(methods, responses);
    this.stage = this.#addStage(args, deployment);
    this.registerOutputs();
  }

  /** The API Gateway resource of a path, made with those above it when first asked for. */
  #resourceId(segments: readonly string[]): pulumi.Output<string> {
    const pathPart = segments.at(-1);
    if (pathPart === undefined) return this.restApi.rootResourceId;
    const path = `/${segments.join("/")}`;
    const known = this.#resourceIds.get(path);
    if (known !== undefined) return known;
    const { id } = new aws.apigateway.Resource(
      `${this.#name}${path}`,
      { restApi: this.restApi.id, parentId: this.#resourceId(segments.slice(0, -1)), pathPart },
      { parent: this },
    );
    this.#resourceIds.set(path, id);
    return id;
  }

  #addMethod(route: Route, integration: RouteIntegration): RecordedChild[] {
    const name = `${this.#name}${route.path}/${route.method}`;
    const place = {
      restApi: this.restApi.id,
      resourceId: this.#resourceId(route.segments),
      httpMethod: route.method,
    };
    const methodArgs = { ...place, authorization: "NONE", apiKeyRequired: true };
    const method = new aws.apigateway.Method(name, methodArgs, { parent: this });
    const integrationArgs = {
      ...place,
      type: integration.type,
      integrationHttpMethod: integration.integrationHttpMethod,
      uri: integration.uri,
      responseTransferMode: integration.responseTransferMode,
      timeoutMilliseconds: integration.timeoutMilliseconds,
    };
    // An integration can only be put on a method that is there; both name it by path, not by reference.
    const child = new aws.apigateway.Integration(name, integrationArgs, { parent: this, dependsOn: method });
    return [
      { resource: method, args: methodArgs },
      { resource: child, args: integrationArgs },
    ];
  }

  #addGatewayResponses(): RecordedChild[] {
    return gatewayResponses.map((response) => {
      const args = { restApiId: this.restApi.id, ...response };
      const name = `${this.#name}-${response.responseType}`;
      return { resource: new aws.apigateway.Response(name, args, { parent: this }), args };
    });
  }

  #addDeployment(methods: RecordedChild[][], responses: RecordedChild[]): aws.apigateway.Deployment {
    const snapshot = [...methods.flat(), ...responses];
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
        accessLogSettings: { destinationArn: accessLogs.arn, format: accessLogFormat },
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
}

/** A child whose inputs are part of what the deployment takes a snapshot of. */
interface RecordedChild {
  readonly resource: pulumi.Resource;
  readonly args: object;
}
