import { plainText, withoutSpace } from "./plain-text.ts";

/** A limit of AWS's that its API models are silent about. */
export interface Limit {
  /** Types with the property; absent: all that have it. */
  readonly types?: readonly string[];
  /** Path of the property it is about, among a resource's inputs and what the provider computes. */
  readonly path: string;
  readonly isKept: (value: unknown) => boolean;
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
  readonly source: string;
}

const docs = "https://docs.aws.amazon.com";
const taggingPage = `${docs}/tag-editor/latest/userguide/tagging.html`;
const apiPathPage = `${docs}/apigateway/latest/developerguide/api-gateway-known-issues.html`;
const apiQuotasPage = `${docs}/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html`;
const bucketNamesPage = `${docs}/AmazonS3/latest/userguide/bucketnamingrules.html`;
const securityGroupPage = `${docs}/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html`;
const securityGroupRulePage = `${docs}/AWSEC2/latest/APIReference/API_IpRange.html`;
const loadBalancerPage = `${docs}/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html`;
const targetGroupPage = `${docs}/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html`;
const iamQuotasPage = `${docs}/IAM/latest/UserGuide/reference_iam-quotas.html`;
const endpointPolicyPage = `${docs}/vpc/latest/privatelink/vpc-endpoints-access.html`;
const ecsNamePage = `${docs}/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html`;
const lambdaQuotasPage = `${docs}/lambda/latest/dg/gettingstarted-limits.html`;

const bytes = (value: unknown) => Buffer.byteLength(plainText(value));
const atMostBytes = (most: number) => (value: unknown) => bytes(value) <= most;
const like = (pattern: RegExp) => (value: unknown) => pattern.test(plainText(value));
const between = (least: number, most: number) => (value: unknown) =>
  Number(value) >= least && Number(value) <= most;
const tagsOf = (value: unknown) => Object.entries(value as Readonly<Record<string, string>>);

const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const vpcText = /^[\w .\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

export const limits: readonly Limit[] = [
  ...["tags", "taskDefinitionArgs.tags", "defaultTargetGroup.tags", "listener.tags"].flatMap(tagLimits),
  {
    types: ["aws:apigateway/restApi:RestApi"],
    path: "name",
    isKept: atMostBytes(1024),
    allowed: "up to 1,024 bytes",
    source: `${docs}/apigateway/latest/api/API_CreateRestApi.html`,
  },
  {
    types: ["aws:apigatewayv2/vpcLink:VpcLink"],
    path: "name",
    isKept: like(/^.{1,128}$/s),
    allowed: "up to 128 characters",
    source: `${docs}/apigatewayv2/latest/api-reference/vpclinks.html`,
  },
  {
    types: ["aws:apigatewayv2/vpcLink:VpcLink"],
    path: "subnetIds",
    isKept: (value) => (value as readonly unknown[]).length <= 10,
    allowed: "up to 10 subnets",
    source: apiQuotasPage,
  },
  {
    types: ["aws:apigateway/resource:Resource"],
    path: "pathPart",
    isKept: like(/^(?:[A-Za-z0-9._,:-]+|\{[A-Za-z0-9._:-]+\+?\})$/),
    allowed: "A-Z, a-z, 0-9 and ._,:- or a parameter in braces",
    source: apiPathPage,
  },
  {
    types: ["aws:apigateway/stage:Stage"],
    path: "stageName",
    isKept: like(/^[A-Za-z0-9_-]{1,128}$/),
    allowed: "1 to 128 of A-Z, a-z, 0-9, - and _",
    source: `${docs}/apigateway/latest/api/API_CreateStage.html`,
  },
  {
    types: ["aws:apigateway/stage:Stage"],
    path: "accessLogSettings.format",
    isKept: atMostBytes(3072),
    allowed: "up to 3 KB",
    source: apiQuotasPage,
  },
  {
    types: ["aws:apigateway/integration:Integration"],
    path: "",
    isKept: (value) => {
      const { responseTransferMode, timeoutMilliseconds = 29_000 } = value as Readonly<
        Record<string, unknown>
      >;
      return between(50, responseTransferMode === "STREAM" ? 900_000 : 29_000)(timeoutMilliseconds);
    },
    allowed: "timeoutMilliseconds from 50 to 29,000, to 900,000 with STREAM",
    source: apiQuotasPage,
  },
  {
    types: ["aws:apigateway/restApiPolicy:RestApiPolicy"],
    path: "policy",
    // Kept with each quotation mark escaped.
    isKept: (policy) => Buffer.byteLength(JSON.stringify(plainText(policy))) - 2 <= 8192,
    allowed: "up to 8,192 bytes, as API Gateway keeps it",
    source: apiQuotasPage,
  },
  {
    types: ["aws:apigateway/usagePlan:UsagePlan"],
    path: "apiStages",
    isKept: (value) => (value as readonly unknown[]).length >= 1,
    allowed: "a stage or more",
    source: `${docs}/apigateway/latest/developerguide/api-gateway-create-usage-plans.html`,
  },
  {
    types: ["aws:ec2/securityGroup:SecurityGroup"],
    path: "name",
    isKept: (value) => vpcText.test(plainText(value)) && !plainText(value).startsWith("sg-"),
    allowed: "up to 255 of A-Z, a-z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*, and not sg-...",
    source: securityGroupPage,
  },
  {
    types: ["aws:ec2/securityGroup:SecurityGroup"],
    path: "description",
    isKept: like(vpcText),
    allowed: "up to 255 of A-Z, a-z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*",
    source: securityGroupPage,
  },
  {
    types: [
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ],
    path: "description",
    isKept: like(/^[\w .\-:/()#,@[\]+=;{}!$*]{0,255}$/),
    allowed: "up to 255 of A-Z, a-z, 0-9, spaces and ._-:/()#,@[]+=;{}!$*",
    source: securityGroupRulePage,
  },
  {
    types: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
    path: "policy",
    isKept: atMostBytes(20_480),
    allowed: "up to 20,480 bytes",
    source: endpointPolicyPage,
  },
  {
    types: ["aws:iam/role:Role"],
    path: "assumeRolePolicy",
    isKept: (policy) => withoutSpace(policy).length <= 2048,
    allowed: "up to 2,048 characters without spaces",
    source: iamQuotasPage,
  },
  {
    types: ["aws:lambda/function:Function"],
    path: "environment.variables",
    isKept: atMostBytes(4096),
    allowed: "up to 4 KB in all",
    source: lambdaQuotasPage,
  },
  {
    types: ["aws:lambda/function:Function"],
    path: "environment.variables",
    isKept: (value) => Object.keys(value as object).every((name) => /^[a-zA-Z]\w+$/.test(name)),
    allowed: "names of A-Z, a-z, 0-9 and _, a letter first, two characters or more",
    source: `${docs}/lambda/latest/dg/configuration-envvars.html`,
  },
  {
    types: ["aws:lambda/function:Function"],
    path: "environment.variables.KEY_PREFIX",
    isKept: atMostBytes(1023),
    allowed: "less than the 1,024 bytes of a key",
    source: `${docs}/AmazonS3/latest/userguide/object-keys.html`,
  },
  {
    types: ["aws:lambda/function:Function"],
    path: "name",
    isKept: like(/^[\w-]{1,64}$/),
    allowed: "up to 64 of A-Z, a-z, 0-9, - and _",
    source: `${docs}/lambda/latest/api/API_CreateFunction.html`,
  },
  {
    types: ["aws:lambda/function:Function"],
    path: "memorySize",
    isKept: between(128, 10_240),
    allowed: "from 128 to 10,240 MB",
    source: lambdaQuotasPage,
  },
  {
    types: ["awsx:lb:ApplicationLoadBalancer"],
    path: "loadBalancer.name",
    isKept: like(/^(?!internal-|-)[A-Za-z0-9-]{1,32}(?<!-)$/),
    allowed: "up to 32 of A-Z, a-z, 0-9 and -, no - first or last, not internal-...",
    source: loadBalancerPage,
  },
  {
    types: ["awsx:lb:ApplicationLoadBalancer"],
    path: "defaultTargetGroup.name",
    isKept: like(/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/),
    allowed: "up to 32 of A-Z, a-z, 0-9 and -, no - first or last",
    source: targetGroupPage,
  },
  {
    types: ["awsx:lb:ApplicationLoadBalancer"],
    path: "idleTimeout",
    isKept: between(1, 4000),
    allowed: "from 1 to 4,000 seconds",
    source: `${docs}/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html`,
  },
  {
    types: ["awsx:lb:ApplicationLoadBalancer"],
    path: "defaultTargetGroup.deregistrationDelay",
    isKept: between(0, 3600),
    allowed: "from 0 to 3,600 seconds",
    source: `${docs}/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html`,
  },
  {
    types: ["awsx:ecs:FargateService"],
    path: "taskDefinition.family",
    isKept: like(/^[\w-]{1,255}$/),
    allowed: "up to 255 of A-Z, a-z, 0-9, - and _",
    source: ecsNamePage,
  },
  {
    types: ["awsx:ecs:FargateService"],
    path: "service.name",
    isKept: like(/^[\w-]{1,255}$/),
    allowed: "up to 255 of A-Z, a-z, 0-9, - and _",
    source: `${docs}/AmazonECS/latest/APIReference/API_CreateService.html`,
  },
  {
    types: ["awsx:ecs:FargateService"],
    path: "networkConfiguration.subnets",
    isKept: (value) => (value as readonly unknown[]).length <= 16,
    allowed: "up to 16 subnets",
    source: `${docs}/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html`,
  },
  {
    types: ["awsx:ecs:FargateService"],
    path: "taskDefinitionArgs",
    isKept: atMostBytes(65_536),
    allowed: "up to 64 KB in all",
    source: `${docs}/AmazonECS/latest/developerguide/service-quotas.html`,
  },
  {
    types: ["awsx:ecs:FargateService"],
    path: "taskDefinitionArgs.container.stopTimeout",
    isKept: between(2, 120),
    allowed: "from 2 to 120 seconds",
    source: `${docs}/AmazonECS/latest/APIReference/API_ContainerDefinition.html`,
  },
  {
    types: ["aws:s3/bucket:Bucket"],
    path: "bucket",
    isKept: like(
      /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/,
    ),
    allowed:
      "3 to 63 of a-z, 0-9, - and ., a letter or digit first and last, no two dots together, none of S3's own prefixes and suffixes",
    source: bucketNamesPage,
  },
  {
    types: ["aws:s3/bucketPolicy:BucketPolicy"],
    path: "policy",
    isKept: atMostBytes(20_480),
    allowed: "up to 20 KB",
    source: `${docs}/AmazonS3/latest/userguide/bucket-policies.html`,
  },
];

function tagLimits(path: string): Limit[] {
  return [
    {
      path,
      isKept: (value) => tagsOf(value).length <= 50,
      allowed: "up to 50 tags",
      source: taggingPage,
    },
    {
      path,
      isKept: (value) =>
        tagsOf(value).every(
          ([key, text]) =>
            /^(?!aws:).{1,128}$/isu.test(key) && [...text].length <= 256 && tagCharacters.test(key + text),
        ),
      allowed:
        "keys to 128 and values to 256 characters, letters, digits, spaces and _.:/=+-@, and no key aws:...",
      source: taggingPage,
    },
  ];
}
