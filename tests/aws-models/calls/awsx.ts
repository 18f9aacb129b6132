import type { ResourceRow } from "./resource-row.ts";
import { as, constant, each, group, list, pairs, tagsOf } from "../request-source.ts";

const container = "taskDefinitionArgs.container";

/**
 * The calls behind awsx's components, which make resources of the provider's themselves; what they compute is as
 * `local/program` answers it.
 * Source: https://github.com/pulumi/pulumi-awsx, `awsx`
 */
export const awsxRows: Readonly<Record<string, ResourceRow>> = {
  "awsx:ec2:Vpc": {
    calls: [
      {
        operation: "ec2:CreateVpc",
        members: { CidrBlock: "vpc.cidrBlock", TagSpecifications: tagsOf("vpc") },
      },
      {
        operation: "ec2:ModifyVpcAttribute",
        members: { VpcId: "vpcId", EnableDnsSupport: group({ Value: "enableDnsSupport" }) },
      },
      {
        operation: "ec2:ModifyVpcAttribute",
        members: { VpcId: "vpcId", EnableDnsHostnames: group({ Value: "enableDnsHostnames" }) },
      },
      {
        operation: "ec2:CreateSubnet",
        forEach: "subnets",
        members: { VpcId: "vpcId", CidrBlock: "cidrBlock", AvailabilityZone: "availabilityZone" },
      },
      { operation: "ec2:CreateRouteTable", forEach: "routeTables", members: { VpcId: "vpcId" } },
      {
        operation: "ec2:AssociateRouteTable",
        forEach: "routeTableAssociations",
        members: { RouteTableId: "routeTableId", SubnetId: "subnetId" },
      },
    ],
    notSent: {
      cidrBlock: "what the VPC's and the subnets' are made from",
      availabilityZoneCidrMask: "what the subnets are made from",
      availabilityZoneNames: "what the subnets are made from",
      natGateways: "none is made",
      "subnetSpecs[].type": "what the subnets are made from",
      subnetStrategy: "what the subnets are made from",
    },
  },
  "awsx:ecr:Image": {
    calls: [
      {
        operation: "ecr:PutImage",
        members: {
          repositoryName: as("repositoryName", "repositoryUrl"),
          imageTag: "imageTag",
          imageManifest: constant("{}"),
        },
      },
    ],
    notSent: {
      context: "what is built",
      dockerfile: "what is built",
      platform: "what is built",
      args: "what is built",
    },
  },
  "awsx:ecs:FargateService": {
    calls: [
      {
        operation: "ecs:RegisterTaskDefinition",
        members: {
          family: "taskDefinition.family",
          requiresCompatibilities: constant(["FARGATE"]),
          networkMode: constant("awsvpc"),
          cpu: "taskDefinitionArgs.cpu",
          memory: "taskDefinitionArgs.memory",
          runtimePlatform: "taskDefinitionArgs.runtimePlatform",
          taskRoleArn: "taskDefinitionArgs.taskRole.roleArn",
          executionRoleArn: "taskDefinitionArgs.executionRole.roleArn",
          containerDefinitions: list(
            group({
              name: `${container}.name`,
              image: `${container}.image`,
              essential: `${container}.essential`,
              user: `${container}.user`,
              readonlyRootFilesystem: `${container}.readonlyRootFilesystem`,
              linuxParameters: `${container}.linuxParameters`,
              portMappings: each(`${container}.portMappings`, {
                containerPort: "containerPort",
                protocol: "protocol",
              }),
              environment: `${container}.environment`,
              stopTimeout: `${container}.stopTimeout`,
              healthCheck: `${container}.healthCheck`,
              logConfiguration: `${container}.logConfiguration`,
            }),
          ),
          tags: as("lowerCaseTagList", "taskDefinitionArgs.tags"),
        },
      },
      {
        operation: "ecs:CreateService",
        members: {
          cluster: "cluster",
          serviceName: "service.name",
          taskDefinition: "taskDefinition.arn",
          launchType: constant("FARGATE"),
          desiredCount: "desiredCount",
          availabilityZoneRebalancing: "availabilityZoneRebalancing",
          loadBalancers: each(`${container}.portMappings`, {
            targetGroupArn: "targetGroup.arn",
            containerName: constant("chat"),
            containerPort: "containerPort",
          }),
          networkConfiguration: group({
            awsvpcConfiguration: group({
              subnets: "networkConfiguration.subnets",
              securityGroups: "networkConfiguration.securityGroups",
              assignPublicIp: as("publicIp", "networkConfiguration.assignPublicIp"),
            }),
          }),
          healthCheckGracePeriodSeconds: "healthCheckGracePeriodSeconds",
          deploymentConfiguration: group({
            minimumHealthyPercent: "deploymentMinimumHealthyPercent",
            maximumPercent: "deploymentMaximumPercent",
            deploymentCircuitBreaker: "deploymentCircuitBreaker",
          }),
          propagateTags: "propagateTags",
          enableECSManagedTags: "enableEcsManagedTags",
          tags: as("lowerCaseTagList", "tags"),
        },
      },
    ],
    notSent: {
      "taskDefinitionArgs.logGroup": "that awsx makes none",
      [`${container}.portMappings[].targetGroup`]: "its ARN alone is sent",
      continueBeforeSteadyState: "what `up` waits for",
      forceNewDeployment: "what an update does",
    },
  },
  "awsx:lb:ApplicationLoadBalancer": {
    calls: [
      {
        operation: "elbv2:CreateLoadBalancer",
        members: {
          Name: "loadBalancer.name",
          Type: constant("application"),
          Scheme: as("scheme", "internal"),
          Subnets: "subnetIds",
          SecurityGroups: "securityGroups",
          Tags: as("tagList", "tags"),
        },
      },
      {
        operation: "elbv2:ModifyLoadBalancerAttributes",
        members: {
          LoadBalancerArn: "loadBalancer.arn",
          Attributes: pairs("Key", "Value", {
            "idle_timeout.timeout_seconds": "idleTimeout",
            "routing.http.desync_mitigation_mode": "desyncMitigationMode",
            "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
            "client_keep_alive.seconds": "clientKeepAlive",
            "deletion_protection.enabled": "enableDeletionProtection",
          }),
        },
      },
      {
        operation: "elbv2:CreateTargetGroup",
        members: {
          Name: "defaultTargetGroup.name",
          Port: "defaultTargetGroup.port",
          Protocol: "defaultTargetGroup.protocol",
          TargetType: "defaultTargetGroup.targetType",
          VpcId: "defaultTargetGroup.vpcId",
          HealthCheckPath: "defaultTargetGroup.healthCheck.path",
          HealthCheckProtocol: "defaultTargetGroup.healthCheck.protocol",
          HealthCheckIntervalSeconds: "defaultTargetGroup.healthCheck.interval",
          HealthCheckTimeoutSeconds: "defaultTargetGroup.healthCheck.timeout",
          HealthyThresholdCount: "defaultTargetGroup.healthCheck.healthyThreshold",
          UnhealthyThresholdCount: "defaultTargetGroup.healthCheck.unhealthyThreshold",
          Matcher: group({ HttpCode: "defaultTargetGroup.healthCheck.matcher" }),
          Tags: as("tagList", "defaultTargetGroup.tags"),
        },
      },
      {
        operation: "elbv2:ModifyTargetGroupAttributes",
        members: {
          TargetGroupArn: "defaultTargetGroup.arn",
          Attributes: pairs("Key", "Value", {
            "deregistration_delay.timeout_seconds": "defaultTargetGroup.deregistrationDelay",
            "load_balancing.algorithm.type": "defaultTargetGroup.loadBalancingAlgorithmType",
            "stickiness.enabled": "defaultTargetGroup.stickiness.enabled",
            "stickiness.type": "defaultTargetGroup.stickiness.type",
          }),
        },
      },
      {
        operation: "elbv2:CreateListener",
        when: "listener",
        members: {
          LoadBalancerArn: "loadBalancer.arn",
          Port: "listener.port",
          Protocol: "listener.protocol",
          SslPolicy: "listener.sslPolicy",
          Certificates: list(group({ CertificateArn: "listener.certificateArn" })),
          DefaultActions: list(
            group({ Type: constant("forward"), TargetGroupArn: "defaultTargetGroup.arn" }),
          ),
          Tags: as("tagList", "listener.tags"),
        },
      },
    ],
  },
};
