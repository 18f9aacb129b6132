import type { CloudLog } from "../logs/cloud-log.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import type { SecurityGroups } from "../vpc/security-groups.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { readLoadBalancers } from "./load-balancer-definition.ts";
import type { TargetRegistry } from "./target-registry.ts";

/** Inputs of the load balancers of a graph. */
export interface LoadBalancersOptions {
  readonly graph: ResourceGraph;
  /** From `readSecurityGroups`. */
  readonly securityGroups: SecurityGroups;
  readonly log: CloudLog;
  /** Multiplies every recorded time: idle timeout, health checks, deregistration delay. Default: 1. */
  readonly timeScale?: number;
}

/** The load balancers of a graph. */
export interface LoadBalancers {
  /** For services: where their tasks come in. */
  readonly registry: TargetRegistry;
  /** For VPC links: where requests come in. */
  readonly loadBalancers: readonly LoadBalancer[];
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts every load balancer of the graph on loopback ports.
 *
 * @throws GraphError when AWS would refuse one of them, or when it is not simulated.
 */
export async function startLoadBalancers(options: LoadBalancersOptions): Promise<LoadBalancers> {
  const { graph, securityGroups, log, timeScale = 1 } = options;
  const loadBalancers: LoadBalancer[] = [];
  for (const definition of readLoadBalancers(graph)) {
    loadBalancers.push(await LoadBalancer.start({ definition, securityGroups, log, timeScale }));
  }
  return {
    registry: {
      register(targetGroupArn, target) {
        const group = loadBalancers
          .map(({ targetGroup }) => targetGroup)
          .find(({ definition }) => definition.arn === targetGroupArn);
        if (group === undefined)
          throw new Error(`no load balancer forwards to the target group ${targetGroupArn}`);
        return group.register(target);
      },
    },
    loadBalancers,
    close: async () => {
      for (const loadBalancer of loadBalancers) await loadBalancer.close();
    },
  };
}
