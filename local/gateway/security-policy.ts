import type { RecordedResource } from "../graph/resource-graph.ts";
import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";

/**
 * Refuses what API Gateway refuses of a REST API's TLS settings. That is all they do here: loopback has no TLS. Which names of
 * policies there are is left to AWS, which adds some from time to time.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
 *
 * @throws GraphError
 */
export function checkSecurityPolicy(restApi: RecordedResource): void {
  const inputs = Properties.inputs(restApi);
  const securityPolicy = inputs.string("securityPolicy");
  const accessMode = inputs.string("endpointAccessMode");
  const isEnhanced = securityPolicy?.startsWith("SecurityPolicy_") ?? false;
  if (!isEnhanced) {
    if (accessMode !== undefined) {
      throw new GraphError(
        restApi,
        "endpointAccessMode needs a securityPolicy that begins with SecurityPolicy_",
      );
    }
    return;
  }
  if (accessMode === undefined) {
    // AWS's own sentence.
    throw new GraphError(restApi, "Endpoint access mode is required for the specified security policy");
  }
  if (accessMode !== "STRICT" && accessMode !== "BASIC") {
    throw new GraphError(restApi, `endpointAccessMode is ${accessMode}, not STRICT or BASIC`);
  }
  const isForEdge = securityPolicy?.endsWith("_EDGE") ?? false;
  // The provider's default is EDGE.
  const endpointType = inputs.nested("endpointConfiguration").string("types") ?? "EDGE";
  if (isForEdge !== (endpointType === "EDGE")) {
    throw new GraphError(restApi, `securityPolicy ${securityPolicy} is not for ${endpointType} endpoints`);
  }
}
