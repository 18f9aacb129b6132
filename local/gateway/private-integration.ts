import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { HttpEndpoint } from "./vpc-link-service.ts";
import { GraphError } from "../graph/graph-error.ts";
import type { TransferMode } from "./transfer-mode.ts";
import { Properties } from "../graph/properties.ts";

/**
 * An HTTP proxy integration with a load balancer behind a VPC link v2.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export interface PrivateIntegration {
  readonly kind: "private";
  readonly responseTransferMode: TransferMode;
  readonly timeoutMilliseconds: number;
  /** `ANY` stands for the client's own. */
  readonly httpMethod: string;
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
  readonly endpoint: HttpEndpoint;
  /** Path of the uri, with `{name}` where a path parameter goes; at least `/`. */
  readonly pathTemplate: string;
  /** Name in the template -> the method's path parameter. */
  readonly pathMappings: ReadonlyMap<string, string>;
  /** Set in place of what the client sent under the same name. */
  readonly staticHeaders: ReadonlyMap<string, string>;
  readonly verifiesCertificate: boolean;
}

/** The recorded method and integration. */
export interface RecordedIntegration {
  readonly graph: ResourceGraph;
  readonly method: RecordedResource;
  readonly integration: RecordedResource;
}

/**
 * @throws GraphError when API Gateway would refuse the integration, or when it leads to nothing the program made.
 */
export function readPrivateIntegration(
  recorded: RecordedIntegration,
  settings: Pick<PrivateIntegration, "responseTransferMode" | "timeoutMilliseconds">,
): PrivateIntegration {
  const { graph, integration } = recorded;
  const inputs = Properties.inputs(integration);
  const vpcLinkId = inputs.requiredString("connectionId");
  if (!graph.ofType("aws:apigatewayv2/vpcLink:VpcLink").some(({ id }) => id === vpcLinkId)) {
    throw new GraphError(integration, `connectionId ${vpcLinkId} is no VPC link v2 of the program`);
  }
  const loadBalancerArn = inputs.string("integrationTarget");
  if (loadBalancerArn === undefined) {
    // AWS's own sentence.
    throw new GraphError(integration, "IntegrationTarget is required for VpcLinkV2");
  }
  return {
    kind: "private",
    ...settings,
    httpMethod: inputs.requiredString("integrationHttpMethod"),
    vpcLinkId,
    loadBalancerArn,
    ...readUri(integration),
    ...readMappings(recorded),
    verifiesCertificate: inputs.nested("tlsConfig").boolean("insecureSkipVerification") !== true,
  };
}

const defaultPorts = { http: 80, https: 443 };

function readUri(integration: RecordedResource): Pick<PrivateIntegration, "endpoint" | "pathTemplate"> {
  const uri = Properties.inputs(integration).requiredString("uri");
  const parts = /^(?<scheme>https?):\/\/(?<host>[\w.-]+)(?::(?<port>\d+))?(?<path>[/?].*)?$/.exec(
    uri,
  )?.groups;
  if (parts?.["host"] === undefined) {
    throw new GraphError(integration, `uri ${uri} is not of the form http(s)://{host}:{port}/{path}`);
  }
  const scheme = parts["scheme"] === "https" ? "https" : "http";
  const { port = defaultPorts[scheme], path = "/" } = parts;
  return {
    endpoint: { scheme, host: parts["host"], port: Number(port) },
    pathTemplate: path.startsWith("/") ? path : `/${path}`,
  };
}

/** Reads parameter mappings: from path parameter to path parameter, and headers of a fixed value. Others are not simulated. */
function readMappings({
  method,
  integration,
}: RecordedIntegration): Pick<PrivateIntegration, "pathMappings" | "staticHeaders"> {
  const declared = Object.keys(Properties.inputs(method).booleanMap("requestParameters"));
  const pathMappings = new Map<string, string>();
  const staticHeaders = new Map<string, string>();
  const mappings = Properties.inputs(integration).stringMap("requestParameters");
  for (const [target, source] of Object.entries(mappings)) {
    const [, place, name = ""] = /^integration\.request\.(path|header)\.(.+)$/.exec(target) ?? [];
    const parameter = /^method\.request\.path\.(.+)$/.exec(source)?.[1];
    const fixed = /^'(.*)'$/.exec(source)?.[1];
    if (place === "header" && fixed !== undefined) staticHeaders.set(name, fixed);
    else if (place === "path" && parameter !== undefined) {
      if (!declared.includes(source)) {
        // AWS's own sentence.
        throw new GraphError(integration, `Invalid mapping expression parameter specified: ${source}`);
      }
      pathMappings.set(name, parameter);
    } else throw new GraphError(integration, `the mapping of ${source} to ${target} is not simulated`);
  }
  return { pathMappings, staticHeaders };
}
