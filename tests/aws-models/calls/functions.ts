import { as, group } from "../request-source.ts";
import type { ResourceRow } from "./resource-row.ts";

/** Functions, roles and log groups. */
export const functionRows: Readonly<Record<string, ResourceRow>> = {
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
};
