import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";
import type { RecordedResource } from "../graph/resource-graph.ts";

/** A target group as the program recorded it, with AWS's defaults for what it left out. */
export interface TargetGroupDefinition {
  readonly arn: string;
  readonly name: string;
  /** The port that security groups see; a target's own is another one on this machine. */
  readonly port: number;
  readonly algorithm: RoutingAlgorithm;
  /** Deregistration delay. */
  readonly deregistrationDelaySeconds: number;
  readonly healthCheck: HealthCheckDefinition;
}

/** Load balancing algorithm. */
export type RoutingAlgorithm = "round_robin" | "least_outstanding_requests";

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export interface HealthCheckDefinition {
  readonly path: string;
  readonly intervalSeconds: number;
  /** Timeout of a check. */
  readonly timeoutSeconds: number;
  /** Successes in a row after which an unhealthy target is healthy again. */
  readonly healthyThreshold: number;
  /** Failures in a row after which a healthy target is unhealthy. */
  readonly unhealthyThreshold: number;
  /** Ranges of status codes, both ends included. */
  readonly matcher: readonly (readonly [first: number, last: number])[];
}

/**
 * The target group that awsx makes with a load balancer.
 *
 * @param listenerPort What awsx takes for a port that is not given.
 * @throws GraphError for settings AWS would refuse, and for some that are not simulated.
 */
export function readTargetGroup(loadBalancer: RecordedResource, listenerPort: number): TargetGroupDefinition {
  const inputs = Properties.inputs(loadBalancer).nested("defaultTargetGroup");
  const outputs = Properties.outputs(loadBalancer).nested("defaultTargetGroup");
  const protocol = inputs.string("protocol") ?? "HTTP";
  if (protocol !== "HTTP" || (inputs.string("protocolVersion") ?? "HTTP1") !== "HTTP1") {
    throw new GraphError(
      loadBalancer,
      "defaultTargetGroup: only protocol HTTP with version HTTP1 is simulated",
    );
  }
  if (inputs.nested("stickiness").boolean("enabled") === true) {
    throw new GraphError(loadBalancer, "defaultTargetGroup.stickiness is not simulated");
  }
  return {
    arn: outputs.requiredString("arn"),
    name: outputs.requiredString("name"),
    port: inputs.number("port") ?? listenerPort,
    algorithm: readAlgorithm(loadBalancer, inputs),
    deregistrationDelaySeconds: inputs.number("deregistrationDelay") ?? 300,
    healthCheck: readHealthCheck(loadBalancer, inputs.nested("healthCheck")),
  };
}

function readAlgorithm(loadBalancer: RecordedResource, inputs: Properties): RoutingAlgorithm {
  const algorithm = inputs.string("loadBalancingAlgorithmType") ?? "round_robin";
  if (algorithm === "round_robin" || algorithm === "least_outstanding_requests") return algorithm;
  throw new GraphError(
    loadBalancer,
    `defaultTargetGroup.loadBalancingAlgorithmType ${algorithm} is not simulated`,
  );
}

/** Ranges that AWS allows for the numbers of a health check. Same source as above. */
const healthCheckRanges = {
  interval: [5, 300],
  timeout: [2, 120],
  healthyThreshold: [2, 10],
  unhealthyThreshold: [2, 10],
} as const;

function readHealthCheck(loadBalancer: RecordedResource, inputs: Properties): HealthCheckDefinition {
  const read = (name: keyof typeof healthCheckRanges, fallback: number): number => {
    const value = inputs.number(name) ?? fallback;
    const [least, most] = healthCheckRanges[name];
    if (value >= least && value <= most) return value;
    throw new GraphError(
      loadBalancer,
      `defaultTargetGroup.healthCheck.${name} is ${value}; AWS allows ${least} to ${most}`,
    );
  };
  const intervalSeconds = read("interval", 30);
  const timeoutSeconds = read("timeout", 6);
  if (timeoutSeconds >= intervalSeconds) {
    throw new GraphError(loadBalancer, "defaultTargetGroup.healthCheck.timeout must be below its interval");
  }
  return {
    path: inputs.string("path") ?? "/",
    intervalSeconds,
    timeoutSeconds,
    healthyThreshold: read("healthyThreshold", 3),
    unhealthyThreshold: read("unhealthyThreshold", 3),
    matcher: readMatcher(loadBalancer, inputs.string("matcher") ?? "200"),
  };
}

/** Format: `200`, `200,202` or `200-299`. */
function readMatcher(loadBalancer: RecordedResource, matcher: string): HealthCheckDefinition["matcher"] {
  return matcher.split(",").map((range) => {
    const [, first, last = first] = /^([2-4]\d\d)(?:-([2-4]\d\d))?$/.exec(range) ?? [];
    if (first === undefined) {
      throw new GraphError(
        loadBalancer,
        `defaultTargetGroup.healthCheck.matcher ${matcher} is not of the form 200, 200,202 or 200-299`,
      );
    }
    return [Number(first), Number(last)];
  });
}
