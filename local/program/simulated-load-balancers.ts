import { physicalName } from "./automatic-names.ts";
import {
  type CreatedResource,
  type NewResource,
  type SimulatedAccount,
  type Simulations,
  hexDigits,
  regionalArn,
} from "./simulation.ts";

/** Application load balancers, alone and as awsx makes them with their target group and listeners. */
export function simulatedLoadBalancers(account: SimulatedAccount): Simulations {
  return {
    "awsx:lb:ApplicationLoadBalancer": (resource) => awsxLoadBalancer(account, resource),
    "aws:lb/listener:Listener": (resource) =>
      listener(account, resource.urn, String(resource.inputs.loadBalancerArn)),
    "aws:lb/loadBalancer:LoadBalancer": (resource) => loadBalancer(account, resource),
    "aws:lb/targetGroup:TargetGroup": (resource) => targetGroup(account, resource),
  };
}

function loadBalancer(account: SimulatedAccount, resource: NewResource): CreatedResource {
  const name = physicalName("aws:lb/loadBalancer:LoadBalancer", resource);
  const arnSuffix = `app/${name}/${hexDigits(resource.urn, 16)}`;
  const arn = regionalArn(account, "elasticloadbalancing", `loadbalancer/${arnSuffix}`);
  const number = Number.parseInt(hexDigits(resource.urn, 8), 16);
  const host = `${resource.inputs.internal === true ? "internal-" : ""}${name}-${number}`;
  return {
    id: arn,
    computed: {
      name,
      arn,
      arnSuffix,
      dnsName: `${host}.${account.region}.elb.amazonaws.com`,
      zoneId: "ZLOCAL",
    },
  };
}

function targetGroup(account: SimulatedAccount, resource: NewResource): CreatedResource {
  const name = physicalName("aws:lb/targetGroup:TargetGroup", resource);
  const arnSuffix = `targetgroup/${name}/${hexDigits(resource.urn, 16)}`;
  const arn = regionalArn(account, "elasticloadbalancing", arnSuffix);
  return { id: arn, computed: { name, arn, arnSuffix } };
}

/** A listener's ARN continues its load balancer's. */
function listener(account: SimulatedAccount, urn: string, loadBalancerArn: string): CreatedResource {
  const [, ofLoadBalancer = ""] = loadBalancerArn.split(":loadbalancer/");
  const arn = regionalArn(
    account,
    "elasticloadbalancing",
    `listener/${ofLoadBalancer}/${hexDigits(urn, 16)}`,
  );
  return { id: arn, computed: { arn } };
}

/**
 * awsx registers a load balancer, always a target group for addresses, and the listeners; a program sees them as outputs.
 * Source: https://www.pulumi.com/registry/packages/awsx/api-docs/lb/applicationloadbalancer/
 */
function awsxLoadBalancer(account: SimulatedAccount, resource: NewResource): CreatedResource {
  const { name, urn, inputs } = resource;
  const balancer = loadBalancer(account, resource);
  const balancerArn = balancer.id;
  const listenerInputs = (inputs.listeners ?? [inputs.listener ?? {}]) as readonly Record<string, unknown>[];
  const groupInputs: Record<string, unknown> = {
    port: listenerInputs[0]?.port ?? 80,
    protocol: listenerInputs[0]?.protocol ?? "HTTP",
    targetType: "ip",
    ...(inputs.defaultTargetGroup as Record<string, unknown> | undefined),
  };
  const group = targetGroup(account, { name, urn: `${urn}/target-group`, inputs: groupInputs });
  return {
    id: balancerArn,
    computed: {
      loadBalancer: { ...shared(inputs), ...balancer.computed, id: balancerArn },
      defaultTargetGroup: { ...groupInputs, ...group.computed, id: group.id },
      listeners: listenerInputs.map((each, index) => {
        const { id, computed } = listener(account, `${urn}/listener-${index}`, balancerArn);
        return { ...each, ...computed, id, loadBalancerArn: balancerArn };
      }),
    },
  };
}

/** Inputs that awsx hands on to the load balancer unchanged. */
function shared(inputs: NewResource["inputs"]): Record<string, unknown> {
  const { internal, securityGroups, subnetIds } = inputs;
  return { internal: internal ?? false, securityGroups: securityGroups ?? [], subnets: subnetIds ?? [] };
}
