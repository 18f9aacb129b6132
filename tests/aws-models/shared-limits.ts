import { withoutSpace } from "./plain-text.ts";

/** A limit on what several resources have together, which AWS's API models are silent about. */
export interface SharedLimit {
  readonly type: string;
  readonly path: string;
  /** Property whose value tells which belong together. */
  readonly by: string;
  readonly isKept: (values: readonly unknown[]) => boolean;
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
  readonly source: string;
}

export const sharedLimits: readonly SharedLimit[] = [
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    path: "policy",
    by: "role",
    isKept: (policies) => policies.map(withoutSpace).join("").length <= 10_240,
    allowed: "up to 10,240 characters without spaces, all inline policies of a role together",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  },
  {
    type: "aws:apigateway/resource:Resource",
    path: "pathPart",
    by: "restApi",
    isKept: (paths) => paths.length < 300,
    allowed: "up to 300 resources an API, with the root",
    source:
      "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html",
  },
  ...[
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  ].map((type): SharedLimit => ({
    type,
    path: "ipProtocol",
    by: "securityGroupId",
    isKept: (rules) => rules.length <= 60,
    allowed: "up to 60 rules a group and direction",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
  })),
];
