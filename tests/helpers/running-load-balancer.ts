import type { ExecutionContext } from "ava";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { type LoadBalancers, startLoadBalancers } from "../../local/elb/load-balancers.ts";
import type { RegisteredTarget } from "../../local/elb/target-registry.ts";
import type { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { readSecurityGroups } from "../../local/vpc/security-groups.ts";
import type { PrivateHop, VpcLinkService } from "../../local/gateway/vpc-link-service.ts";
import { openVpcLinks } from "../../local/gateway/vpc-links.ts";
import type { Backend } from "./backend.ts";
import { loadBalancerGraph, targetGroupArn } from "./recorded-load-balancer.ts";
import { loadBalancerArn, loadBalancerDns } from "./recorded-private-api.ts";
import { until } from "./until.ts";

export interface RunningLoadBalancer extends LoadBalancers {
  /** The VPC links of the graph. */
  readonly links: VpcLinkService;
  /** Of the listener on port 80, as the link finds it. */
  readonly url: string;
  readonly port: number;
  /** Errors that were reported; the test must take out those it expects. */
  readonly errors: string[];
  readonly warnings: string[];
  /** Registers a target without waiting for its health. */
  readonly add: (backend: Backend) => RegisteredTarget;
  /** Registers a target and waits until it is healthy. */
  readonly addHealthy: (backend: Backend) => Promise<RegisteredTarget>;
}

/** The hop from the link to the listener on port 80. */
export const hopToListener: PrivateHop = {
  vpcLinkId: "link",
  loadBalancerArn,
  endpoint: { scheme: "http", host: loadBalancerDns, port: 80 },
  verifiesCertificate: true,
};

export interface LoadBalancerSettings {
  readonly graph?: ResourceGraph;
  /** Below 1 for a test of the load balancer's times, which takes a machine that is never slow for as long. Default: AWS's own. */
  readonly timeScale?: number;
}

/** Starts a load balancer for one test; errors nobody took out of `errors` fail it. */
export async function startLoadBalancer(
  t: ExecutionContext,
  { graph = loadBalancerGraph(), timeScale = 1 }: LoadBalancerSettings = {},
): Promise<RunningLoadBalancer> {
  const errors: string[] = [];
  const warnings: string[] = [];
  const log = new CloudLog(({ level, message }) => (level === "error" ? errors : warnings).push(message));
  const securityGroups = readSecurityGroups(graph);
  const started = await startLoadBalancers({ graph, securityGroups, log, timeScale });
  t.teardown(async () => {
    await started.close();
    if (errors.length > 0) throw new Error(`errors the test did not name: ${errors.join("; ")}`);
  });
  const links = openVpcLinks(graph, securityGroups, started.loadBalancers);
  const address = () => links.connect(hopToListener);
  const add = (backend: Backend): RegisteredTarget =>
    started.registry.register(targetGroupArn, {
      host: "127.0.0.1",
      port: backend.port,
      securityGroupIds: ["sg-task"],
    });
  const addHealthy = async (backend: Backend): Promise<RegisteredTarget> => {
    const target = add(backend);
    await until(() => target.health === "healthy");
    return target;
  };
  return {
    ...started,
    links,
    get url() {
      return `http://${address().host}:${address().port}`;
    },
    get port() {
      return address().port;
    },
    errors,
    warnings,
    add,
    addHealthy,
  };
}
