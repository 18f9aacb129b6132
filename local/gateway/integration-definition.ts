import { awsLimitValues, type LimitValues } from "../../contract/limits.ts";
import type { RecordedResource } from "../graph/resource-graph.ts";
import { GraphError } from "../graph/graph-error.ts";
import { type MockIntegration, readMockIntegration } from "./mock-integration.ts";
import {
  type PrivateIntegration,
  readPrivateIntegration,
  type RecordedIntegration,
} from "./private-integration.ts";
import { Properties } from "../graph/properties.ts";
import { UnsupportedTemplateError } from "./response-template.ts";
import type { TransferMode } from "./transfer-mode.ts";

/** Integration of a method. */
export type Integration = LambdaIntegration | PrivateIntegration | MockIntegration | UnsupportedIntegration;

/** A Lambda proxy integration. */
export interface LambdaIntegration {
  readonly kind: "lambda";
  readonly responseTransferMode: TransferMode;
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

/** An integration AWS takes and the local gateway has no backend for; its requests fail. */
export interface UnsupportedIntegration {
  readonly kind: "unsupported";
  readonly type: string;
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html */
const invocationPath = {
  BUFFERED: { version: "2015-03-31", action: "invocations" },
  STREAM: { version: "2021-11-15", action: "response-streaming-invocations" },
} as const;

const integrationTypes = ["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"];
const streamableTypes = ["AWS_PROXY", "HTTP_PROXY"];

/** @throws GraphError when API Gateway would refuse the integration. */
export function readIntegration(recorded: RecordedIntegration, limits: LimitValues): Integration {
  const resource = recorded.integration;
  const inputs = Properties.inputs(resource);
  const type = inputs.requiredString("type");
  if (!integrationTypes.includes(type)) {
    throw new GraphError(resource, `type is ${type}, not one of ${integrationTypes.join(", ")}`);
  }
  const responseTransferMode = readTransferMode(resource, type);
  const timeoutMilliseconds = readTimeout(resource, responseTransferMode, limits);
  if (type === "HTTP_PROXY" && inputs.string("connectionType") === "VPC_LINK") {
    return readPrivateIntegration(recorded, { responseTransferMode, timeoutMilliseconds });
  }
  if (type === "MOCK") return readMock(recorded);
  if (type !== "AWS_PROXY") return { kind: "unsupported", type };
  if (inputs.string("integrationHttpMethod") !== "POST") {
    throw new GraphError(resource, `integrationHttpMethod must be POST, the method that invokes a function`);
  }
  const functionArn = readFunctionArn(resource, responseTransferMode);
  return { kind: "lambda", responseTransferMode, functionArn, timeoutMilliseconds };
}

function readMock({ graph, integration }: RecordedIntegration): MockIntegration | UnsupportedIntegration {
  try {
    return readMockIntegration(graph, integration);
  } catch (error) {
    if (!(error instanceof UnsupportedTemplateError)) throw error;
    return { kind: "unsupported", type: `MOCK (${error.message})` };
  }
}

function readTransferMode(resource: RecordedResource, type: string): TransferMode {
  const mode = Properties.inputs(resource).string("responseTransferMode") ?? "BUFFERED";
  if (mode !== "BUFFERED" && mode !== "STREAM") {
    throw new GraphError(resource, `responseTransferMode is ${mode}, not BUFFERED or STREAM`);
  }
  if (mode === "STREAM" && !streamableTypes.includes(type)) {
    throw new GraphError(resource, `responseTransferMode STREAM needs AWS_PROXY or HTTP_PROXY, not ${type}`);
  }
  return mode;
}

/** Reads the timeout. AWS's own limits decide what is refused; limits that a test scales down only shorten it. */
function readTimeout(resource: RecordedResource, mode: TransferMode, limits: LimitValues): number {
  const longestName =
    mode === "STREAM" ? "gatewayStreamTimeoutMilliseconds" : "gatewayBufferedTimeoutMilliseconds";
  // The default is that of a buffered response even for STREAM.
  const timeout =
    Properties.inputs(resource).number("timeoutMilliseconds") ?? limits.gatewayBufferedTimeoutMilliseconds;
  const shortest = awsLimitValues.gatewayMinTimeoutMilliseconds;
  const longest = awsLimitValues[longestName];
  if (timeout < shortest || timeout > longest) {
    throw new GraphError(
      resource,
      `timeoutMilliseconds is ${timeout}; ${mode} allows ${shortest} to ${longest}`,
    );
  }
  return Math.min(timeout, limits[longestName]);
}

function readFunctionArn(resource: RecordedResource, mode: TransferMode): string {
  const uri = Properties.inputs(resource).requiredString("uri");
  const parts =
    /^arn:aws[\w-]*:apigateway:[\w-]+:lambda:path\/(?<version>[\d-]+)\/functions\/(?<arn>arn:[^/]+)\/(?<action>[\w-]+)$/.exec(
      uri,
    )?.groups;
  const expected = invocationPath[mode];
  if (
    parts?.["arn"] === undefined ||
    parts["version"] !== expected.version ||
    parts["action"] !== expected.action
  ) {
    const form = `arn:aws:apigateway:{region}:lambda:path/${expected.version}/functions/{functionArn}/${expected.action}`;
    throw new GraphError(
      resource,
      `responseTransferMode ${mode} needs a uri of the form ${form}, not ${uri}`,
    );
  }
  return parts["arn"];
}
