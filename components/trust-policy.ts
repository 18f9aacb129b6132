import { policyJson } from "./policy-text.ts";

/** Whose resources a service may take a role for. */
export interface TrustPolicySource {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Lets ECS take a role for tasks of this account and Region, and for nobody else's. A cluster cannot be named.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function taskTrustPolicy({ partition, region, accountId }: TrustPolicySource): string {
  return trustPolicy("ecs-tasks.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${accountId}:*` },
  });
}

/**
 * Lets Lambda take a role for functions of this account. The function is not named: it is made with the role, and has no name
 * before.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function functionTrustPolicy({ accountId }: Pick<TrustPolicySource, "accountId">): string {
  return trustPolicy("lambda.amazonaws.com", { StringEquals: { "aws:SourceAccount": accountId } });
}

function trustPolicy(service: string, condition: object): string {
  return policyJson({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition: condition },
    ],
  });
}
