import type { Operation } from "./service-models.ts";
import { awsxCalls } from "./awsx-calls.ts";
import { type Members, as, each, group, list, patches, tagsOf } from "./request-source.ts";

/** A call that the provider makes for a resource. */
export interface ApiCall {
  readonly operation: Operation;
  readonly members: Members;
  /** Path of a property without which the call is not made, or of a list of which each item has its own call. */
  readonly when?: string;
  readonly forEach?: string;
}

/** What becomes of a resource's properties. */
export interface ResourceRow {
  readonly calls: readonly ApiCall[];
  /** Properties that no call carries, with the reason. */
  readonly notSent?: Readonly<Record<string, string>>;
}

const ofMethod = { restApiId: "restApi", resourceId: "resourceId", httpMethod: "httpMethod" };

/**
 * The calls by which the provider makes each resource, with the members it fills from each property.
 * Source: https://github.com/hashicorp/terraform-provider-aws, `internal/service`
 */
export const resourceRows: Readonly<Record<string, ResourceRow>> = {
  ...awsxCalls,
  "aws:apigateway/account:Account": {
    calls: [
      {
        operation: "apigateway:UpdateAccount",
        members: { patchOperations: patches({ "/cloudwatchRoleArn": "cloudwatchRoleArn" }) },
      },
    ],
  },
  "aws:apigateway/apiKey:ApiKey": {
    calls: [
      {
        operation: "apigateway:CreateApiKey",
        members: {
          name: "name",
          description: "description",
          enabled: "enabled",
          value: "value",
          customerId: "customerId",
          tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:apigateway/deployment:Deployment": {
    calls: [
      {
        operation: "apigateway:CreateDeployment",
        members: { restApiId: "restApi", description: "description", variables: "variables" },
      },
    ],
    notSent: { triggers: "their change makes a new deployment" },
  },
  "aws:apigateway/integration:Integration": {
    calls: [
      {
        operation: "apigateway:PutIntegration",
        members: {
          ...ofMethod,
          type: "type",
          integrationHttpMethod: "integrationHttpMethod",
          uri: "uri",
          connectionType: "connectionType",
          connectionId: "connectionId",
          credentials: "credentials",
          requestParameters: "requestParameters",
          requestTemplates: "requestTemplates",
          passthroughBehavior: "passthroughBehavior",
          contentHandling: "contentHandling",
          timeoutInMillis: "timeoutMilliseconds",
          tlsConfig: "tlsConfig",
          responseTransferMode: "responseTransferMode",
          integrationTarget: "integrationTarget",
        },
      },
    ],
  },
  "aws:apigateway/integrationResponse:IntegrationResponse": {
    calls: [
      {
        operation: "apigateway:PutIntegrationResponse",
        members: {
          ...ofMethod,
          statusCode: "statusCode",
          selectionPattern: "selectionPattern",
          responseParameters: "responseParameters",
          responseTemplates: "responseTemplates",
          contentHandling: "contentHandling",
        },
      },
    ],
  },
  "aws:apigateway/method:Method": {
    calls: [
      {
        operation: "apigateway:PutMethod",
        members: {
          ...ofMethod,
          authorizationType: "authorization",
          authorizerId: "authorizerId",
          apiKeyRequired: "apiKeyRequired",
          operationName: "operationName",
          requestParameters: "requestParameters",
          requestModels: "requestModels",
          requestValidatorId: "requestValidatorId",
          authorizationScopes: "authorizationScopes",
        },
      },
    ],
  },
  "aws:apigateway/methodResponse:MethodResponse": {
    calls: [
      {
        operation: "apigateway:PutMethodResponse",
        members: {
          ...ofMethod,
          statusCode: "statusCode",
          responseParameters: "responseParameters",
          responseModels: "responseModels",
        },
      },
    ],
  },
  "aws:apigateway/methodSettings:MethodSettings": {
    calls: [
      {
        operation: "apigateway:UpdateStage",
        members: {
          restApiId: "restApi",
          stageName: "stageName",
          patchOperations: patches({
            "/*/*/metrics/enabled": as("text", "settings.metricsEnabled"),
            "/*/*/logging/loglevel": "settings.loggingLevel",
            "/*/*/logging/dataTrace": as("text", "settings.dataTraceEnabled"),
            "/*/*/throttling/burstLimit": as("text", "settings.throttlingBurstLimit"),
            "/*/*/throttling/rateLimit": as("text", "settings.throttlingRateLimit"),
          }),
        },
      },
    ],
    notSent: { methodPath: "part of each patch's path" },
  },
  "aws:apigateway/resource:Resource": {
    calls: [
      {
        operation: "apigateway:CreateResource",
        members: { restApiId: "restApi", parentId: "parentId", pathPart: "pathPart" },
      },
    ],
  },
  "aws:apigateway/response:Response": {
    calls: [
      {
        operation: "apigateway:PutGatewayResponse",
        members: {
          restApiId: "restApiId",
          responseType: "responseType",
          statusCode: "statusCode",
          responseParameters: "responseParameters",
          responseTemplates: "responseTemplates",
        },
      },
    ],
  },
  "aws:apigateway/restApi:RestApi": {
    calls: [
      {
        operation: "apigateway:CreateRestApi",
        members: {
          name: "name",
          description: "description",
          endpointConfiguration: group({
            types: as("list", "endpointConfiguration.types"),
            ipAddressType: "endpointConfiguration.ipAddressType",
            vpcEndpointIds: "endpointConfiguration.vpcEndpointIds",
          }),
          securityPolicy: "securityPolicy",
          endpointAccessMode: "endpointAccessMode",
          disableExecuteApiEndpoint: "disableExecuteApiEndpoint",
          binaryMediaTypes: "binaryMediaTypes",
          minimumCompressionSize: as("number", "minimumCompressionSize"),
          apiKeySource: "apiKeySource",
          tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:apigateway/restApiPolicy:RestApiPolicy": {
    calls: [
      {
        operation: "apigateway:UpdateRestApi",
        members: { restApiId: "restApiId", patchOperations: patches({ "/policy": as("json", "policy") }) },
      },
    ],
  },
  "aws:apigateway/stage:Stage": {
    calls: [
      {
        operation: "apigateway:CreateStage",
        members: {
          restApiId: "restApi",
          stageName: "stageName",
          deploymentId: "deployment",
          description: "description",
          variables: "variables",
          tracingEnabled: "xrayTracingEnabled",
          tags: as("tags", "tags"),
        },
      },
      {
        operation: "apigateway:UpdateStage",
        when: "accessLogSettings",
        members: {
          restApiId: "restApi",
          stageName: "stageName",
          patchOperations: patches({
            "/accessLogSettings/destinationArn": "accessLogSettings.destinationArn",
            "/accessLogSettings/format": "accessLogSettings.format",
          }),
        },
      },
    ],
  },
  "aws:apigateway/usagePlan:UsagePlan": {
    calls: [
      {
        operation: "apigateway:CreateUsagePlan",
        members: {
          name: "name",
          description: "description",
          apiStages: each("apiStages", { apiId: "apiId", stage: "stage", throttle: "throttles" }),
          throttle: group({
            burstLimit: "throttleSettings.burstLimit",
            rateLimit: "throttleSettings.rateLimit",
          }),
          quota: group({
            limit: "quotaSettings.limit",
            offset: "quotaSettings.offset",
            period: "quotaSettings.period",
          }),
          tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": {
    calls: [
      {
        operation: "apigateway:CreateUsagePlanKey",
        members: { usagePlanId: "usagePlanId", keyId: "keyId", keyType: "keyType" },
      },
    ],
  },
  "aws:apigatewayv2/vpcLink:VpcLink": {
    calls: [
      {
        operation: "apigatewayv2:CreateVpcLink",
        members: {
          Name: "name",
          SecurityGroupIds: "securityGroupIds",
          SubnetIds: "subnetIds",
          Tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:appautoscaling/policy:Policy": {
    calls: [
      {
        operation: "application-autoscaling:PutScalingPolicy",
        members: {
          PolicyName: "name",
          PolicyType: "policyType",
          ResourceId: "resourceId",
          ScalableDimension: "scalableDimension",
          ServiceNamespace: "serviceNamespace",
          TargetTrackingScalingPolicyConfiguration: as(
            "capitalized",
            "targetTrackingScalingPolicyConfiguration",
          ),
        },
      },
    ],
  },
  "aws:appautoscaling/target:Target": {
    calls: [
      {
        operation: "application-autoscaling:RegisterScalableTarget",
        members: {
          ServiceNamespace: "serviceNamespace",
          ResourceId: "resourceId",
          ScalableDimension: "scalableDimension",
          MinCapacity: "minCapacity",
          MaxCapacity: "maxCapacity",
          Tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    calls: [
      {
        operation: "logs:CreateLogGroup",
        members: {
          logGroupName: "name",
          logGroupClass: "logGroupClass",
          kmsKeyId: "kmsKeyId",
          tags: as("tags", "tags"),
        },
      },
      {
        operation: "logs:PutRetentionPolicy",
        when: "retentionInDays",
        members: { logGroupName: "name", retentionInDays: "retentionInDays" },
      },
    ],
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    calls: [
      {
        operation: "ec2:CreateTags",
        when: "tags",
        members: { Resources: as("list", "id"), Tags: as("tagList", "tags") },
      },
    ],
    notSent: {
      vpcId: "what the group is found by",
      ingress: "rules are taken away",
      egress: "rules are taken away",
    },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    calls: [
      {
        operation: "ec2:CreateSecurityGroup",
        members: {
          GroupName: "name",
          Description: "description",
          VpcId: "vpcId",
          TagSpecifications: tagsOf("security-group"),
        },
      },
    ],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    calls: [
      {
        operation: "ec2:CreateVpcEndpoint",
        members: {
          VpcEndpointType: "vpcEndpointType",
          VpcId: "vpcId",
          ServiceName: "serviceName",
          PolicyDocument: as("json", "policy"),
          RouteTableIds: "routeTableIds",
          SubnetIds: "subnetIds",
          SecurityGroupIds: "securityGroupIds",
          PrivateDnsEnabled: "privateDnsEnabled",
          IpAddressType: "ipAddressType",
          TagSpecifications: tagsOf("vpc-endpoint"),
        },
      },
    ],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "ec2:AuthorizeSecurityGroupEgress",
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "ec2:AuthorizeSecurityGroupIngress",
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    calls: [
      {
        operation: "ecr:PutLifecyclePolicy",
        members: { repositoryName: "repository", lifecyclePolicyText: as("json", "policy") },
      },
    ],
  },
  "aws:ecr/repository:Repository": {
    calls: [
      {
        operation: "ecr:CreateRepository",
        members: {
          repositoryName: "name",
          imageTagMutability: "imageTagMutability",
          imageScanningConfiguration: "imageScanningConfiguration",
          encryptionConfiguration: "encryptionConfigurations",
          tags: as("tagList", "tags"),
        },
      },
    ],
    notSent: { forceDelete: "what destroying does" },
  },
  "aws:ecs/cluster:Cluster": {
    calls: [
      {
        operation: "ecs:CreateCluster",
        members: { clusterName: "name", settings: "settings", tags: as("lowerCaseTagList", "tags") },
      },
    ],
  },
  "aws:iam/role:Role": {
    calls: [
      {
        operation: "iam:CreateRole",
        members: {
          RoleName: "name",
          Path: "path",
          AssumeRolePolicyDocument: as("json", "assumeRolePolicy"),
          Description: "description",
          MaxSessionDuration: "maxSessionDuration",
          PermissionsBoundary: "permissionsBoundary",
          Tags: as("tagList", "tags"),
        },
      },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    calls: [
      {
        operation: "iam:PutRolePolicy",
        members: { RoleName: "role", PolicyName: "name", PolicyDocument: as("json", "policy") },
      },
    ],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    calls: [{ operation: "iam:AttachRolePolicy", members: { RoleName: "role", PolicyArn: "policyArn" } }],
  },
  "aws:lambda/function:Function": {
    calls: [
      {
        operation: "lambda:CreateFunction",
        members: {
          FunctionName: "name",
          Description: "description",
          Runtime: "runtime",
          Role: "role",
          Handler: "handler",
          Code: group({ ZipFile: as("bytes", "code") }),
          Timeout: "timeout",
          MemorySize: "memorySize",
          Environment: group({ Variables: "environment.variables" }),
          KMSKeyArn: "kmsKeyArn",
          TracingConfig: as("capitalized", "tracingConfig"),
          Layers: "layers",
          Architectures: "architectures",
          LoggingConfig: as("capitalized", "loggingConfig"),
          EphemeralStorage: as("capitalized", "ephemeralStorage"),
          Tags: as("tags", "tags"),
        },
      },
    ],
    notSent: { reservedConcurrentExecutions: "sent apart, and only from 0" },
  },
  "aws:lambda/permission:Permission": {
    calls: [
      {
        operation: "lambda:AddPermission",
        members: {
          FunctionName: "function",
          StatementId: "statementId",
          Action: "action",
          Principal: "principal",
          SourceArn: "sourceArn",
          SourceAccount: "sourceAccount",
          Qualifier: "qualifier",
        },
      },
    ],
  },
  "aws:s3/bucket:Bucket": {
    calls: [
      { operation: "s3:CreateBucket", members: { Bucket: "bucket" } },
      {
        operation: "s3:PutBucketTagging",
        when: "tags",
        members: { Bucket: "bucket", Tagging: group({ TagSet: as("tagList", "tags") }) },
      },
    ],
    notSent: { forceDestroy: "what destroying does" },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    calls: [
      {
        operation: "s3:PutBucketLifecycleConfiguration",
        members: {
          Bucket: "bucket",
          LifecycleConfiguration: group({
            Rules: each("rules", {
              ID: "id",
              Status: "status",
              Filter: as("capitalized", "filter"),
              AbortIncompleteMultipartUpload: as("capitalized", "abortIncompleteMultipartUpload"),
              NoncurrentVersionExpiration: as("capitalized", "noncurrentVersionExpiration"),
              Expiration: as("capitalized", "expiration"),
            }),
          }),
        },
      },
    ],
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    calls: [
      {
        operation: "s3:PutBucketOwnershipControls",
        members: {
          Bucket: "bucket",
          OwnershipControls: group({ Rules: list(group({ ObjectOwnership: "rule.objectOwnership" })) }),
        },
      },
    ],
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    calls: [{ operation: "s3:PutBucketPolicy", members: { Bucket: "bucket", Policy: as("json", "policy") } }],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    calls: [
      {
        operation: "s3:PutPublicAccessBlock",
        members: {
          Bucket: "bucket",
          PublicAccessBlockConfiguration: group({
            BlockPublicAcls: "blockPublicAcls",
            BlockPublicPolicy: "blockPublicPolicy",
            IgnorePublicAcls: "ignorePublicAcls",
            RestrictPublicBuckets: "restrictPublicBuckets",
          }),
        },
      },
    ],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    calls: [
      {
        operation: "s3:PutBucketEncryption",
        members: {
          Bucket: "bucket",
          ServerSideEncryptionConfiguration: group({
            Rules: each("rules", {
              ApplyServerSideEncryptionByDefault: group({
                SSEAlgorithm: "applyServerSideEncryptionByDefault.sseAlgorithm",
                KMSMasterKeyID: "applyServerSideEncryptionByDefault.kmsMasterKeyId",
              }),
              BucketKeyEnabled: "bucketKeyEnabled",
            }),
          }),
        },
      },
    ],
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    calls: [
      {
        operation: "s3:PutBucketVersioning",
        members: {
          Bucket: "bucket",
          VersioningConfiguration: group({ Status: "versioningConfiguration.status" }),
        },
      },
    ],
  },
};

function securityGroupRule(operation: Operation): ResourceRow {
  const described = { Description: "description" };
  return {
    calls: [
      {
        operation,
        members: {
          GroupId: "securityGroupId",
          IpPermissions: list(
            group({
              IpProtocol: "ipProtocol",
              FromPort: "fromPort",
              ToPort: "toPort",
              UserIdGroupPairs: list(group({ GroupId: "referencedSecurityGroupId", ...described })),
              PrefixListIds: list(group({ PrefixListId: "prefixListId", ...described })),
              IpRanges: list(group({ CidrIp: "cidrIpv4", ...described })),
              Ipv6Ranges: list(group({ CidrIpv6: "cidrIpv6", ...described })),
            }),
          ),
          TagSpecifications: tagsOf("security-group-rule"),
        },
      },
    ],
  };
}
