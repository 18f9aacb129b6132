import type { IncomingHttpHeaders } from "node:http";
import type { CloudLog } from "../logs/cloud-log.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { type ContextVariables, renderTemplate } from "./context-variables.ts";
import type { GatewayError } from "./gateway-error.ts";
import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";

/** One gateway response, ready to send. */
export interface RenderedGatewayResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Customization {
  readonly statusCode: number | undefined;
  readonly contentType: string;
  readonly template: string | undefined;
  /** Header name -> `'a fixed value'`, `context.{variable}` or `method.request.header.{name}`. */
  readonly headers: Readonly<Record<string, string>>;
}

const uncustomized: Customization = {
  statusCode: undefined,
  contentType: "application/json",
  template: undefined,
  headers: {},
};

/** Gateway responses, with the customizations a deployment captured. */
export class GatewayResponses {
  readonly #customizations: ReadonlyMap<string, Customization>;

  /** Answers as they are without any customisation: for requests that reach no stage. */
  static readonly uncustomized = new GatewayResponses(new Map());

  private constructor(customizations: ReadonlyMap<string, Customization>) {
    this.#customizations = customizations;
  }

  /** Reads the gateway responses the deployment waits for; others take effect only with the next deployment. */
  static inDeployment(graph: ResourceGraph, deployment: RecordedResource, log: CloudLog): GatewayResponses {
    const restApiId = deployment.inputs["restApi"];
    const deployed = graph
      .pointingAt("aws:apigateway/response:Response", "restApiId", restApiId)
      .filter((response) => graph.dependsOn(deployment, response));
    return new GatewayResponses(
      new Map(
        deployed.map((response) => {
          return [
            Properties.inputs(response).requiredString("responseType"),
            readCustomization(response, log),
          ];
        }),
      ),
    );
  }

  /** A customisation of the error's own type goes before that of DEFAULT_4XX or DEFAULT_5XX. */
  render(
    error: GatewayError,
    variables: ContextVariables,
    requestHeaders: IncomingHttpHeaders,
  ): RenderedGatewayResponse {
    const fallback = error.statusCode >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX";
    const customization =
      this.#customizations.get(error.responseType) ?? this.#customizations.get(fallback) ?? uncustomized;
    const headers: Record<string, string> = {
      "Content-Type": customization.contentType,
      "x-amzn-ErrorType": error.errorType,
    };
    for (const [name, value] of Object.entries(customization.headers)) {
      const rendered = renderHeader(value, variables, requestHeaders);
      if (rendered !== undefined) headers[name] = rendered;
    }
    return {
      statusCode: customization.statusCode ?? error.statusCode,
      headers,
      body: renderTemplate(customization.template ?? defaultTemplate(error), variables, ""),
    };
  }
}

/** Recorded answers of AWS differ in one space: failures of an integration have it, refusals do not. */
function defaultTemplate(error: GatewayError): string {
  const space = error.statusCode >= 500 ? " " : "";
  return `{"message":${space}$context.error.messageString}`;
}

const requestHeaderPattern = /^method\.request\.header\.(?<name>[\w-]+)$/;

/** @returns `undefined` for a request header that is missing. Nobody here has seen whether AWS minds its upper and lower case. */
function renderHeader(
  value: string,
  variables: ContextVariables,
  requestHeaders: IncomingHttpHeaders,
): string | undefined {
  if (value.startsWith("'")) return value.slice(1, -1);
  const name = requestHeaderPattern.exec(value)?.groups?.["name"];
  if (name === undefined) return renderTemplate(`$${value}`, variables, "");
  return requestHeaders[name.toLowerCase()]?.toString();
}

function readCustomization(response: RecordedResource, log: CloudLog): Customization {
  const inputs = Properties.inputs(response);
  const statusCode = inputs.string("statusCode");
  if (statusCode !== undefined && !/^[2-5]\d\d$/.test(statusCode)) {
    throw new GraphError(response, `statusCode ${statusCode} is no status code`);
  }
  const templates = inputs.stringMap("responseTemplates");
  const contentType = "application/json" in templates ? "application/json" : Object.keys(templates)[0];
  return {
    statusCode: statusCode === undefined ? undefined : Number(statusCode),
    contentType: contentType ?? uncustomized.contentType,
    template: contentType === undefined ? undefined : templates[contentType],
    headers: readHeaders(response, log),
  };
}

function readHeaders(response: RecordedResource, log: CloudLog): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [target, value] of Object.entries(Properties.inputs(response).stringMap("responseParameters"))) {
    const name = /^gatewayresponse\.header\.([\w-]+)$/.exec(target)?.[1];
    if (name === undefined)
      throw new GraphError(response, `responseParameters key ${target} names no header`);
    if (/^'[ -&(-~]*'$|^context\.[\w.]+$/.test(value) || requestHeaderPattern.test(value))
      headers[name] = value;
    else {
      log.warning(
        "gateway",
        `${response.name}: the value ${value} of header ${name} is not simulated; left out`,
      );
    }
  }
  return headers;
}
