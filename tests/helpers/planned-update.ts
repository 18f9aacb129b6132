import type { RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { replaceWithNetwork } from "../../components/chat/replace-with-network.ts";

/** What an `up` would do with one resource. */
export type Operation = "create" | "delete" | "replace" | "update" | "same";

/** What an `up` of one program over another would do, by type and name. */
export type Plan = ReadonlyMap<string, Operation>;

/**
 * The inputs whose change the provider makes a replacement of, for the types that a network change meets. Those that are not
 * named here it tries to change in place.
 * Source: https://github.com/hashicorp/terraform-provider-aws (`ForceNew`, `RequiresReplace`)
 */
const forcesNew: Readonly<Record<string, readonly string[]>> = {
  "aws:apigateway/deployment:Deployment": ["restApi", "triggers"],
  "aws:apigateway/integration:Integration": ["restApi", "resourceId", "httpMethod", "type"],
  "aws:apigateway/method:Method": ["restApi", "resourceId", "httpMethod"],
  "aws:apigateway/resource:Resource": ["restApi"],
  "aws:apigateway/stage:Stage": ["restApi", "stageName"],
  "aws:apigatewayv2/vpcLink:VpcLink": ["subnetIds", "securityGroupIds"],
  "aws:appautoscaling/policy:Policy": ["resourceId", "scalableDimension", "serviceNamespace"],
  "aws:appautoscaling/target:Target": ["resourceId", "scalableDimension", "serviceNamespace"],
  "aws:ec2/securityGroup:SecurityGroup": ["vpcId", "description"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["vpcId", "serviceName", "vpcEndpointType"],
  "aws:ecs/service:Service": ["cluster"],
  "aws:lb/listener:Listener": ["loadBalancerArn"],
  "aws:lb/loadBalancer:LoadBalancer": ["internal"],
  "aws:lb/targetGroup:TargetGroup": ["vpcId", "port", "protocol", "targetType"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["securityGroupId"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId"],
};

interface PlannedResource {
  readonly key: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Texts by which others name it. */
  readonly names: readonly string[];
  readonly replaceOnChanges: readonly string[];
}

/**
 * Plans as Pulumi's engine does: by the provider's replacements and the program's own, what is made of something replaced counting
 * as changed.
 */
export function planUpdate(before: ResourceGraph, after: ResourceGraph): Plan {
  const old = new Map(plannedResources(before).map((resource) => [resource.key, resource]));
  const plan = new Map<string, Operation>();
  const renewed: string[] = [];
  for (const resource of plannedResources(after)) {
    const operation = operationOf(old.get(resource.key), resource, renewed);
    if (operation === "replace" || operation === "create") renewed.push(...resource.names);
    plan.set(resource.key, operation);
    old.delete(resource.key);
  }
  for (const key of old.keys()) plan.set(key, "delete");
  return plan;
}

function operationOf(
  before: PlannedResource | undefined,
  { type, inputs, replaceOnChanges }: PlannedResource,
  renewed: readonly string[],
): Operation {
  if (before === undefined) return "create";
  const changed = changedPaths(before.inputs, inputs, renewed);
  if (changed.length === 0) return "same";
  const replacing = [...(forcesNew[type] ?? []), ...replaceOnChanges];
  const replaces = changed.some((path) =>
    replacing.some((other) => path === other || path.startsWith(`${other}.`)),
  );
  return replaces ? "replace" : "update";
}

/** Format: `networkConfiguration.securityGroups.0`. */
function changedPaths(before: unknown, after: unknown, renewed: readonly string[], path = ""): string[] {
  if (isComposite(before) || isComposite(after)) {
    const [one, other] = [membersOf(before), membersOf(after)];
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      changedPaths(one[key], other[key], renewed, path === "" ? key : `${path}.${key}`),
    );
  }
  const isRenewed = typeof after === "string" && renewed.some((name) => after.includes(name));
  return before !== after || isRenewed ? [path] : [];
}

function isComposite(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isComposite(value) ? (value as Record<string, unknown>) : {};
}

/** Everything that a provider makes, in the order of registration; awsx's components taken apart. */
function plannedResources(graph: ResourceGraph): PlannedResource[] {
  return graph.resources.flatMap((resource) => {
    const expand = components[resource.type];
    if (expand !== undefined) return expand(resource, graph);
    return resource.custom ? [planned(resource, resource.inputs, resource.outputs, resource)] : [];
  });
}

function planned(
  { type, name }: Pick<RecordedResource, "type" | "name">,
  inputs: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, unknown>>,
  { id = "", replaceOnChanges }: Partial<Pick<RecordedResource, "id" | "replaceOnChanges">>,
): PlannedResource {
  const named = [id, outputs["arn"], outputs["dnsName"], outputs["vpcId"]];
  return {
    key: `${type} ${name}`,
    type,
    inputs,
    names: named.filter((text): text is string => typeof text === "string" && text !== ""),
    replaceOnChanges: replaceOnChanges ?? [],
  };
}

type Expansion = (resource: RecordedResource, graph: ResourceGraph) => PlannedResource[];

/**
 * What is inside, as far as a network change meets it.
 * Source: https://github.com/pulumi/pulumi-awsx (awsx/lb/applicationLoadBalancer.ts, awsx/ecs/fargateService.ts)
 */
const components: Readonly<Record<string, Expansion>> = {
  "awsx:ec2:Vpc": ({ name, inputs, outputs, id }) => {
    const { isolatedSubnetIds } = outputs as { readonly isolatedSubnetIds: readonly string[] };
    const subnets = isolatedSubnetIds.map((subnetId, index) => {
      const zone = (inputs.availabilityZoneNames as readonly string[])[index];
      const subnet = { type: "aws:ec2/subnet:Subnet", name: `${name}-${index + 1}` };
      return planned(subnet, { vpcId: id, availabilityZone: zone }, {}, { id: subnetId });
    });
    return [planned({ type: "aws:ec2/vpc:Vpc", name }, {}, {}, { id }), ...subnets];
  },
  "awsx:lb:ApplicationLoadBalancer": ({ name, inputs, outputs }, graph) => {
    const { listener, defaultTargetGroup, subnetIds, securityGroups, ...others } = inputs;
    const [group] = securityGroups as readonly string[];
    const vpcId = graph.resources.find(({ id }) => id === group)?.inputs.vpcId;
    const { loadBalancer, defaultTargetGroup: target } = outputs as Record<string, { readonly arn: string }>;
    const loadBalancerArn = loadBalancer?.arn;
    return [
      child(
        "aws:lb/loadBalancer:LoadBalancer",
        name,
        { ...others, subnets: subnetIds, securityGroups },
        loadBalancer,
      ),
      child("aws:lb/targetGroup:TargetGroup", name, { ...(defaultTargetGroup as object), vpcId }, target),
      child("aws:lb/listener:Listener", `${name}-0`, {
        ...(listener as object),
        loadBalancerArn,
        defaultActions: [{ targetGroupArn: target?.arn }],
      }),
    ];
  },
  "awsx:ecs:FargateService": ({ name, inputs, outputs }) => {
    const { taskDefinitionArgs, ...service } = inputs;
    const { service: made } = outputs as { readonly service: Readonly<Record<string, unknown>> };
    const { container } = taskDefinitionArgs as {
      readonly container: {
        readonly portMappings: readonly { readonly targetGroup: { readonly arn: string } }[];
      };
    };
    const loadBalancers = container.portMappings.map(({ targetGroup }) => targetGroup.arn);
    // Scaling names the service by its name.
    const names = { arn: made["name"] };
    return [child("aws:ecs/service:Service", name, { ...service, loadBalancers }, names)];
  },
};

/** A resource inside a component, with what the program's transform makes of its options. */
function child(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, unknown>> = {},
): PlannedResource {
  const transformed = replaceWithNetwork({ type, name, props: {}, opts: {}, custom: true }) as
    { readonly opts: { readonly replaceOnChanges?: string[] } } | undefined;
  return planned({ type, name }, inputs, outputs, {
    replaceOnChanges: transformed?.opts.replaceOnChanges ?? [],
  });
}
