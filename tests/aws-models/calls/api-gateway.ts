import { as, each, group, patches } from "../request-source.ts";
import type { ResourceRow } from "./resource-row.ts";

const ofMethod = { restApiId: "restApi", resourceId: "resourceId", httpMethod: "httpMethod" };

/** REST APIs, their keys and usage plans. */
export const apiGatewayRows: Readonly<Record<string, ResourceRow>> = {
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
};
