import type { IncomingMessage, ServerResponse } from "node:http";
import type { LimitValues } from "../../contract/limits.ts";
import type { CloudLog } from "../logs/cloud-log.ts";
import type { RecordedResource } from "../graph/resource-graph.ts";
import type { InvokeRequest, LambdaService } from "../lambda/lambda-service.ts";
import type { Authorizer } from "../iam/authorizer.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import { admit, type Admission } from "./admission.ts";
import { buildBackendRequest } from "./backend-request.ts";
import { answerBuffered, type BufferedSettings } from "./buffered-integration.ts";
import { CLIENT_GONE, Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import { answerHttpProxy, type Backends } from "./http-proxy-integration.ts";
import type { LambdaIntegration } from "./integration.ts";
import { toGatewayError } from "./integration-failure.ts";
import { answerMock } from "./mock-integration.ts";
import type { PrivateIntegration } from "./private-integration.ts";
import { buildProxyEvent } from "./proxy-event.ts";
import { readBody, toEventBody } from "./request-body.ts";
import { parseQuery, readRequestTarget, type RequestTarget } from "./request-target.ts";
import type { Stage } from "./stage.ts";
import type { StreamSettings } from "./streamed-body.ts";
import { answerStreamed } from "./streamed-integration.ts";

/** A REST API, ready to answer. */
export interface RestApi {
  readonly restApi: RecordedResource;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly binaryMediaTypes: readonly string[];
  readonly lambda: LambdaService;
  readonly credentials: CredentialStore;
  readonly authorizer: Authorizer;
  readonly backends: Backends;
  readonly region: string;
  readonly accountId: string;
  readonly limits: LimitValues;
  readonly idleMilliseconds: number;
  readonly enforceCaps: boolean;
  readonly log: CloudLog;
  /** Date and time, in epoch milliseconds. */
  readonly now: () => number;
}

/** Answers one request, whatever happens; never rejects. */
export async function answerRequest(
  api: RestApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, api.now());
  exchange.variables["apiId"] = api.restApi.id;
  exchange.variables["accountId"] = api.accountId;
  exchange.variables["domainName"] = request.headers.host;
  exchange.variables["domainPrefix"] = api.restApi.id;
  try {
    const target = readRequestTarget(request, api.limits);
    const stage = enterStage(api, exchange, target);
    await answerInStage(api, exchange, stage, target);
  } catch (error) {
    answerFailure(api, exchange, error);
  }
}

/** @throws GatewayError when there is no such stage. */
function enterStage(api: RestApi, exchange: Exchange, target: RequestTarget): Stage {
  const stage = api.stages.get(target.stageName);
  if (stage === undefined) throw new GatewayError("ACCESS_DENIED");
  exchange.gatewayResponses = stage.gatewayResponses;
  exchange.accessLog = stage.accessLog;
  exchange.variables["stage"] = stage.name;
  exchange.variables["path"] = target.path;
  return stage;
}

async function answerInStage(
  api: RestApi,
  exchange: Exchange,
  stage: Stage,
  target: RequestTarget,
): Promise<void> {
  let reading: Promise<Buffer> | undefined;
  const body = () => (reading ??= readBody(exchange.request, api.limits));
  const admission = await admit(api, exchange, stage, target, body);
  const { integration } = admission.route.method;
  if (integration.kind === "unsupported") {
    throw new GatewayError("API_CONFIGURATION_ERROR", {
      fault: `${integration.type} integrations are not simulated`,
    });
  }
  if (integration.kind === "mock") {
    answerMock(exchange, integration, parseQuery(target.query));
    return;
  }
  const source = {
    exchange,
    restApiId: api.restApi.id,
    accountId: api.accountId,
    stage,
    target,
    ...admission,
    body: toEventBody(await body(), exchange.request.headers["content-type"], api.binaryMediaTypes),
  };
  if (integration.kind === "private") {
    const request = buildBackendRequest(source, integration);
    await answerInTime(api, exchange, integration, (settings) => {
      return answerHttpProxy(exchange, api.backends, integration, request, settings);
    });
    return;
  }
  const invocation: InvokeRequest = {
    functionArn: integration.functionArn,
    payload: Buffer.from(JSON.stringify(buildProxyEvent(source))),
    caller: { service: "apigateway.amazonaws.com", sourceArn: sourceArn(api, exchange, stage, admission) },
  };
  const answerByFunction = integration.responseTransferMode === "STREAM" ? answerStreamed : answerBuffered;
  await answerInTime(api, exchange, integration, (settings) => {
    return answerByFunction(exchange, api.lambda, invocation, settings);
  });
}

/** The ARN a function's permission is compared with; path parameters stand as `*`. */
function sourceArn(api: RestApi, exchange: Exchange, stage: Stage, { route }: Admission): string {
  const path = route.resource.path.replaceAll(/\{[^}]*\}/g, "*");
  const method = String(exchange.request.method);
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.restApi.id}/${stage.name}/${method}${path}`;
}

/** Has an integration answer, for no longer than its timeout. */
async function answerInTime(
  api: RestApi,
  exchange: Exchange,
  { responseTransferMode, timeoutMilliseconds }: LambdaIntegration | PrivateIntegration,
  answer: (settings: StreamSettings & BufferedSettings) => Promise<void>,
): Promise<void> {
  exchange.variables["integration.responseTransferMode"] =
    responseTransferMode === "STREAM" ? "STREAMED" : "BUFFERED";
  const fault = `the integration took longer than ${timeoutMilliseconds} ms`;
  const deadline = setTimeout(
    () => exchange.abort(new GatewayError("INTEGRATION_TIMEOUT", { fault })),
    timeoutMilliseconds,
  );
  exchange.startIntegration();
  try {
    await answer({ ...api, onFault: (fault) => logFault(api, exchange, fault) });
  } catch (error) {
    throw toGatewayError(error, responseTransferMode);
  } finally {
    clearTimeout(deadline);
  }
}

function answerFailure(api: RestApi, exchange: Exchange, error: unknown): void {
  if (exchange.signal.reason === CLIENT_GONE) return;
  const gatewayError = toGatewayError(error, "STREAM");
  if (gatewayError.fault !== undefined) logFault(api, exchange, gatewayError.fault);
  // What is left of the request is read and forgotten, so that the connection can serve the next one.
  exchange.request.resume();
  exchange.sendError(gatewayError);
}

/** Names the request by its resource, never by its path, which holds what the client asked for. */
function logFault(api: RestApi, { request, requestId, variables }: Exchange, fault: string): void {
  const resourcePath = variables["resourcePath"] ?? "an unknown resource";
  api.log.error("gateway", `${request.method} ${resourcePath} (request ${requestId}): ${fault}`);
}
