import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Auth } from "../../contract/stack-outputs.ts";
import { preflightHeaders, preflightTemplate } from "./cors.ts";
import type { HttpMethod, Route } from "./route.ts";
import type { RouteIntegration, VpcLinkIntegration } from "./route-integration.ts";

/** A child whose inputs are part of what the deployment takes a snapshot of. */
export interface RecordedChild {
  readonly resource: pulumi.Resource;
  readonly args: object;
}

/** Authorization settings of a method. */
export interface MethodAuthorization {
  readonly authorization: "AWS_IAM" | "NONE";
  readonly apiKeyRequired: boolean;
}

/** No credentials, whatever the other methods of the API ask for. */
const publicMethod: MethodAuthorization = { authorization: "NONE", apiKeyRequired: false };

/** Authorization of every method of an API that is not public. */
export function methodAuthorization(auth: Auth): MethodAuthorization {
  return { authorization: auth === "iam" ? "AWS_IAM" : "NONE", apiKeyRequired: auth === "apiKey" };
}

/** Answers to OPTIONS requests carry no body. */
const PREFLIGHT_STATUS = "204";

/** The resources and methods of one REST API: children of `parent`, named after it and the route. */
export class RestApiMethods {
  /** Everything made so far, in order. */
  readonly children: RecordedChild[] = [];
  readonly #name: string;
  readonly #restApi: aws.apigateway.RestApi;
  readonly #parent: pulumi.Resource;
  readonly #resourceIds = new Map<string, pulumi.Output<string>>();

  constructor(name: string, restApi: aws.apigateway.RestApi, parent: pulumi.Resource) {
    this.#name = name;
    this.#restApi = restApi;
    this.#parent = parent;
  }

  /** A method, and what it hands its requests to. */
  add(route: Route, integration: RouteIntegration, asked: MethodAuthorization = publicMethod): void {
    const parameters = integration.type === "HTTP_PROXY" ? integration.pathParameters : [];
    const requestParameters = Object.fromEntries(
      parameters.map((name) => [`method.request.path.${name}`, true]),
    );
    const method = this.#addMethod(route, asked, requestParameters);
    // An integration can only be put on a method that is there; both name it by path, not by reference.
    this.#addIntegration(route, integrationArgs(integration), method);
  }

  /** Answers browsers that ask, before the real request, whether a page of another origin may make it. */
  addPreflight(
    path: Omit<Route, "method">,
    methods: readonly HttpMethod[],
    auth: Auth,
    origins: readonly string[],
  ): void {
    const route: Route = { ...path, method: "OPTIONS" };
    const method = this.#addMethod(route, publicMethod, {});
    const integration = this.#addIntegration(
      route,
      {
        type: "MOCK",
        // What a body without a template would do to a mock is of no use here: it is refused.
        passthroughBehavior: "NEVER",
        requestTemplates: { "application/json": `{"statusCode": ${PREFLIGHT_STATUS}}` },
      },
      method,
    );
    const headers = Object.entries(preflightHeaders(methods, auth, origins));
    const response = this.#addMethodResponse(
      route,
      Object.fromEntries(headers.map(([name]) => [`method.response.header.${name}`, true])),
      integration,
    );
    this.#addIntegrationResponse(
      route,
      Object.fromEntries(headers.map(([name, value]) => [`method.response.header.${name}`, `'${value}'`])),
      preflightTemplate(origins),
      response,
    );
  }

  #addMethod(
    route: Route,
    { authorization, apiKeyRequired }: MethodAuthorization,
    requestParameters: Record<string, boolean>,
  ): pulumi.Resource {
    const args = {
      ...this.#place(route),
      authorization,
      apiKeyRequired,
      ...(Object.keys(requestParameters).length > 0 && { requestParameters }),
    };
    return this.#record(args, new aws.apigateway.Method(this.#nameOf(route), args, { parent: this.#parent }));
  }

  #addIntegration(
    route: Route,
    integration: Omit<aws.apigateway.IntegrationArgs, "restApi" | "resourceId" | "httpMethod">,
    dependsOn: pulumi.Resource,
  ): pulumi.Resource {
    const args = { ...this.#place(route), ...integration };
    const options = {
      parent: this.#parent,
      dependsOn,
      // Put as a whole, because uri, target and mode have to agree at any time.
      replaceOnChanges: ["integrationTarget", "responseTransferMode"],
      // A method has one integration: what is removed afterwards would be the new one. Callers get the deployed snapshot.
      deleteBeforeReplace: true,
    };
    return this.#record(args, new aws.apigateway.Integration(this.#nameOf(route), args, options));
  }

  #addMethodResponse(
    route: Route,
    responseParameters: Record<string, boolean>,
    dependsOn: pulumi.Resource,
  ): pulumi.Resource {
    const args = { ...this.#place(route), statusCode: PREFLIGHT_STATUS, responseParameters };
    const options = { parent: this.#parent, dependsOn };
    return this.#record(args, new aws.apigateway.MethodResponse(this.#nameOf(route), args, options));
  }

  #addIntegrationResponse(
    route: Route,
    responseParameters: Record<string, string>,
    template: string | undefined,
    dependsOn: pulumi.Resource,
  ): void {
    const args = {
      ...this.#place(route),
      statusCode: PREFLIGHT_STATUS,
      responseParameters,
      ...(template !== undefined && { responseTemplates: { "application/json": template } }),
    };
    const options = { parent: this.#parent, dependsOn };
    this.#record(args, new aws.apigateway.IntegrationResponse(this.#nameOf(route), args, options));
  }

  #record<T extends pulumi.Resource>(args: object, resource: T): T {
    this.children.push({ resource, args });
    return resource;
  }

  #nameOf({ path, method }: Route): string {
    return `${this.#name}${path}/${method}`;
  }

  #place({ segments, method }: Route) {
    return { restApi: this.#restApi.id, resourceId: this.#resourceId(segments), httpMethod: method };
  }

  /** The API Gateway resource of a path, made with those above it when first asked for. */
  #resourceId(segments: readonly string[]): pulumi.Output<string> {
    const pathPart = segments.at(-1);
    if (pathPart === undefined) return this.#restApi.rootResourceId;
    const path = `/${segments.join("/")}`;
    const known = this.#resourceIds.get(path);
    if (known !== undefined) return known;
    const { id } = new aws.apigateway.Resource(
      `${this.#name}${path}`,
      { restApi: this.#restApi.id, parentId: this.#resourceId(segments.slice(0, -1)), pathPart },
      { parent: this.#parent },
    );
    this.#resourceIds.set(path, id);
    return id;
  }
}

/** Picked one by one, so that nothing a caller adds slips through. */
function integrationArgs(integration: RouteIntegration) {
  const { type, integrationHttpMethod, uri, responseTransferMode, timeoutMilliseconds } = integration;
  const common = { type, integrationHttpMethod, uri, responseTransferMode, timeoutMilliseconds };
  if (integration.type === "AWS_PROXY") return common;
  const { connectionType, connectionId, integrationTarget } = integration;
  return {
    ...common,
    connectionType,
    connectionId,
    integrationTarget,
    requestParameters: integrationParameters(integration),
  };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html */
function integrationParameters({ pathParameters, headers }: VpcLinkIntegration): Record<string, string> {
  const paths = pathParameters.map((name): [string, string] => [
    `integration.request.path.${name}`,
    `method.request.path.${name}`,
  ]);
  const fixed = Object.entries(headers).map(([name, value]): [string, string] => [
    `integration.request.header.${name}`,
    `'${value}'`,
  ]);
  return Object.fromEntries([...paths, ...fixed]);
}
