import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { readTargetGroup, type TargetGroupDefinition } from "./target-group-definition.ts";

/** An application load balancer as the program recorded it, with AWS's and awsx's defaults for what it left out. */
export interface LoadBalancerDefinition {
  readonly name: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly securityGroupIds: readonly string[];
  /** Idle timeout of a connection. */
  readonly idleTimeoutSeconds: number;
  /** Whether headers are removed whose names are not made of letters, digits and hyphens. */
  readonly dropsInvalidHeaders: boolean;
  readonly listeners: readonly ListenerDefinition[];
  /** Target group of every listener. */
  readonly targetGroup: TargetGroupDefinition;
}

/** A port the load balancer listens on. */
export interface ListenerDefinition {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
}

/**
 * The load balancers of a graph. Those that awsx makes; resources of `aws:lb` are not simulated.
 * Source: https://www.pulumi.com/registry/packages/awsx/api-docs/lb/applicationloadbalancer/
 *
 * @throws GraphError for settings AWS would refuse, and for some that are not simulated.
 */
export function readLoadBalancers(graph: ResourceGraph): LoadBalancerDefinition[] {
  return graph.ofType("awsx:lb:ApplicationLoadBalancer").map(readLoadBalancer);
}

function readLoadBalancer(resource: RecordedResource): LoadBalancerDefinition {
  const inputs = Properties.inputs(resource);
  const outputs = Properties.outputs(resource).nested("loadBalancer");
  if (resource.inputs["securityGroups"] === undefined) {
    throw new GraphError(
      resource,
      "securityGroups is missing; the group that awsx then makes lets everybody in, and is not simulated",
    );
  }
  const listeners = readListeners(resource);
  return {
    name: resource.name,
    arn: outputs.requiredString("arn"),
    dnsName: outputs.requiredString("dnsName"),
    securityGroupIds: inputs.strings("securityGroups"),
    idleTimeoutSeconds: readIdleTimeout(resource),
    dropsInvalidHeaders: inputs.boolean("dropInvalidHeaderFields") ?? false,
    listeners,
    targetGroup: readTargetGroup(resource, listeners[0].port),
  };
}

function readIdleTimeout(resource: RecordedResource): number {
  const seconds = Properties.inputs(resource).number("idleTimeout") ?? 60;
  if (seconds >= 1 && seconds <= 4000) return seconds;
  throw new GraphError(resource, `idleTimeout is ${seconds}; AWS allows 1 to 4000`);
}

function readListeners(resource: RecordedResource): [ListenerDefinition, ...ListenerDefinition[]] {
  const inputs = Properties.inputs(resource);
  const [first = inputs.nested("listener"), ...others] = inputs.nestedList("listeners");
  return [readListener(resource, first), ...others.map((listener) => readListener(resource, listener))];
}

/** awsx takes port and protocol from each other, and HTTP on port 80 when neither is given. */
function readListener(resource: RecordedResource, listener: Properties): ListenerDefinition {
  if (listener.nestedList("defaultActions").length > 0) {
    throw new GraphError(
      resource,
      "defaultActions of a listener are not simulated; without them it forwards",
    );
  }
  const protocol = listener.string("protocol") ?? (listener.number("port") === 443 ? "HTTPS" : "HTTP");
  if (protocol !== "HTTP" && protocol !== "HTTPS") {
    throw new GraphError(resource, `a listener's protocol is ${protocol}, not HTTP or HTTPS`);
  }
  if (protocol === "HTTPS" && listener.string("certificateArn") === undefined) {
    // AWS's own sentence.
    throw new GraphError(resource, "A certificate must be specified for HTTPS listeners");
  }
  return { port: listener.number("port") ?? (protocol === "HTTPS" ? 443 : 80), protocol };
}
