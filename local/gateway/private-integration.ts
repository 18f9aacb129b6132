import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { HttpEndpoint } from "./vpc-link-service.ts";
import { GraphError } from "../graph/graph-error.ts";
import type { TransferMode } from "./integration.ts";
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
  /** What follows the host in the uri, with `{name}` where a path parameter goes; at least `/`. */
  readonly pathTemplate: string;
  /** Name in the template -> the method's path parameter. */
  readonly pathMappings: ReadonlyMap<string, string>;
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
    pathMappings: readPathMappings(recorded),
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

/** Of the mappings AWS knows, those from path parameter to path parameter; others are not simulated. */
function readPathMappings({ method, integration }: RecordedIntegration): ReadonlyMap<string, string> {
  const declared = Object.keys(Properties.inputs(method).booleanMap("requestParameters"));
  const mappings = Object.entries(Properties.inputs(integration).stringMap("requestParameters"));
  return new Map(
    mappings.map(([target, source]) => {
      const name = /^integration\.request\.path\.(.+)$/.exec(target)?.[1];
      const parameter = /^method\.request\.path\.(.+)$/.exec(source)?.[1];
      if (name === undefined || parameter === undefined) {
        throw new GraphError(integration, `the mapping of ${source} to ${target} is not simulated`);
      }
      if (!declared.includes(source)) {
        // AWS's own sentence.
        throw new GraphError(integration, `Invalid mapping expression parameter specified: ${source}`);
      }
      return [name, parameter];
    }),
  );
}
