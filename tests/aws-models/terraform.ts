import type { RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { type Properties, at } from "./request-source.ts";

/** A resource in Terraform's words. */
interface TerraformResource {
  readonly type: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Terraform's name of a type, and of the properties that it does not call as Pulumi does, in snake case. */
interface TerraformType {
  readonly type: string;
  readonly renamed?: Readonly<Record<string, string>>;
}

const ofRestApi = { restApi: "rest_api_id" };

/** Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs */
const terraformTypes: Readonly<Record<string, TerraformType>> = {
  "aws:apigateway/account:Account": { type: "aws_api_gateway_account" },
  "aws:apigateway/apiKey:ApiKey": { type: "aws_api_gateway_api_key" },
  "aws:apigateway/deployment:Deployment": { type: "aws_api_gateway_deployment", renamed: ofRestApi },
  "aws:apigateway/integration:Integration": { type: "aws_api_gateway_integration", renamed: ofRestApi },
  "aws:apigateway/integrationResponse:IntegrationResponse": {
    type: "aws_api_gateway_integration_response",
    renamed: ofRestApi,
  },
  "aws:apigateway/method:Method": { type: "aws_api_gateway_method", renamed: ofRestApi },
  "aws:apigateway/methodResponse:MethodResponse": {
    type: "aws_api_gateway_method_response",
    renamed: ofRestApi,
  },
  "aws:apigateway/methodSettings:MethodSettings": {
    type: "aws_api_gateway_method_settings",
    renamed: ofRestApi,
  },
  "aws:apigateway/resource:Resource": { type: "aws_api_gateway_resource", renamed: ofRestApi },
  "aws:apigateway/response:Response": { type: "aws_api_gateway_gateway_response" },
  "aws:apigateway/restApi:RestApi": { type: "aws_api_gateway_rest_api" },
  "aws:apigateway/restApiPolicy:RestApiPolicy": { type: "aws_api_gateway_rest_api_policy" },
  "aws:apigateway/stage:Stage": {
    type: "aws_api_gateway_stage",
    renamed: { ...ofRestApi, deployment: "deployment_id" },
  },
  "aws:apigateway/usagePlan:UsagePlan": { type: "aws_api_gateway_usage_plan" },
  "aws:apigateway/usagePlanKey:UsagePlanKey": { type: "aws_api_gateway_usage_plan_key" },
  "aws:apigatewayv2/vpcLink:VpcLink": { type: "aws_apigatewayv2_vpc_link" },
  "aws:appautoscaling/policy:Policy": { type: "aws_appautoscaling_policy" },
  "aws:appautoscaling/target:Target": { type: "aws_appautoscaling_target" },
  "aws:cloudwatch/logGroup:LogGroup": { type: "aws_cloudwatch_log_group" },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { type: "aws_default_security_group" },
  "aws:ec2/securityGroup:SecurityGroup": { type: "aws_security_group" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { type: "aws_vpc_endpoint" },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": { type: "aws_ecr_lifecycle_policy" },
  "aws:ecr/repository:Repository": {
    type: "aws_ecr_repository",
    renamed: { encryptionConfigurations: "encryption_configuration" },
  },
  "aws:ecs/cluster:Cluster": { type: "aws_ecs_cluster", renamed: { settings: "setting" } },
  "aws:iam/role:Role": { type: "aws_iam_role" },
  "aws:iam/rolePolicy:RolePolicy": { type: "aws_iam_role_policy" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { type: "aws_iam_role_policy_attachment" },
  "aws:lambda/function:Function": {
    type: "aws_lambda_function",
    renamed: { name: "function_name", code: "filename" },
  },
  "aws:lambda/permission:Permission": {
    type: "aws_lambda_permission",
    renamed: { function: "function_name" },
  },
  "aws:s3/bucket:Bucket": { type: "aws_s3_bucket" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    type: "aws_s3_bucket_lifecycle_configuration",
    renamed: { rules: "rule" },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { type: "aws_s3_bucket_ownership_controls" },
  "aws:s3/bucketPolicy:BucketPolicy": { type: "aws_s3_bucket_policy" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { type: "aws_s3_bucket_public_access_block" },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    renamed: { rules: "rule" },
  },
  "aws:s3/bucketVersioning:BucketVersioning": { type: "aws_s3_bucket_versioning" },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { type: "aws_vpc_security_group_egress_rule" },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    type: "aws_vpc_security_group_ingress_rule",
  },
};

/** What awsx's components make, by the property that holds it; an empty path is the component's own. */
const awsxParts: Readonly<Record<string, readonly (readonly [path: string, type: string])[]>> = {
  "awsx:ec2:Vpc": [
    ["", "aws_vpc"],
    ["subnets", "aws_subnet"],
  ],
  "awsx:ecr:Image": [],
  "awsx:ecs:FargateService": [
    ["", "aws_ecs_service"],
    ["taskDefinitionArgs", "aws_ecs_task_definition"],
  ],
  "awsx:lb:ApplicationLoadBalancer": [
    ["", "aws_lb"],
    ["defaultTargetGroup", "aws_lb_target_group"],
    ["listener", "aws_lb_listener"],
  ],
};

/**
 * The graph as one Terraform file in JSON, with references between resources, for tools that read Terraform.
 *
 * @throws Error for a type without a row.
 */
export function terraformJson(graph: ResourceGraph): string {
  const resources = graph.resources
    .filter(({ custom, type }) => custom || type.startsWith("awsx:"))
    .flatMap((resource) => [...translated(resource)]);
  const references = referencesTo(graph);
  const byType: Record<string, Record<string, unknown>> = {};
  for (const { type, name, attributes } of resources) {
    const inTerraform = referring(attributes, references, `${type}.${name}`) as object;
    // Pulumi makes a resource's replacement first.
    (byType[type] ??= {})[name] = { ...inTerraform, lifecycle: { create_before_destroy: true } };
  }
  return JSON.stringify({ resource: byType }, undefined, 2);
}

function translated(resource: RecordedResource): TerraformResource[] {
  const parts = awsxParts[resource.type];
  const name = terraformName(resource.name);
  if (parts === undefined) {
    const { type, renamed = {} } = terraformTypeOf(resource.type);
    return [{ type, name, attributes: attributesOf(resource.inputs, renamed) }];
  }
  return parts.flatMap(([path, type]) => {
    const found = [at(resource.outputs, path)].flat() as Properties[];
    return found.map((properties, index) => ({
      type,
      name: found.length === 1 ? name : `${name}-${index}`,
      attributes: attributesOf(path === "" ? resource.inputs : properties, {}),
    }));
  });
}

function terraformTypeOf(type: string): TerraformType {
  const row = terraformTypes[type];
  if (row === undefined) throw new Error(`${type} has no row that says what Terraform calls it`);
  return row;
}

function attributesOf(
  properties: Properties,
  renamed: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [renamed[key] ?? snakeCase(key), attribute(key, value)]),
  );
}

/** Maps of names that are not Terraform's own keep theirs, and so do policies. */
function attribute(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => attribute(key, item));
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return "code.zip";
  if (/^(?:tags|variables|\w+Parameters|\w+Templates|triggers|options)$/.test(key)) return value;
  if (/policy$/i.test(key)) return JSON.stringify(value);
  return attributesOf(value as Properties, {});
}

/**
 * What other resources are known by: their ids and ARNs, as Terraform refers to them. Settings of a bucket have its name
 * for an id; it is the bucket, made before them, that the name stands for.
 */
function referencesTo(graph: ResourceGraph): ReadonlyMap<string, string> {
  const references = new Map<string, string>();
  for (const { type, name, id, outputs } of graph.resources) {
    if (type === "awsx:ec2:Vpc")
      references.set(String(outputs.vpcId), `\${aws_vpc.${terraformName(name)}.id}`);
    const row = terraformTypes[type];
    if (row === undefined) continue;
    const address = `${row.type}.${terraformName(name)}`;
    if (!references.has(id)) references.set(id, `\${${address}.id}`);
    if (typeof outputs.arn === "string") references.set(outputs.arn, `\${${address}.arn}`);
  }
  return references;
}

function referring(value: unknown, references: ReadonlyMap<string, string>, own: string): unknown {
  if (typeof value === "string") {
    const reference = references.get(value);
    return reference === undefined || reference.startsWith(`\${${own}.`) ? value : reference;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => referring(item, references, own));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, referring(inner, references, own)]),
  );
}

function terraformName(name: string): string {
  return name.replaceAll(/[^\w-]/g, "_");
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
