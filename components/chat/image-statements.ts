import type { PolicyStatement } from "../policy-statement.ts";

/**
 * Pulling images of one repository. The token is one for the whole registry: its action knows no resource.
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function imagePullStatements(repositoryArn: string): PolicyStatement[] {
  return [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositoryArn,
    },
  ];
}

/**
 * Reading the layers of ECR's images, which lie in a bucket of AWS's own, one a Region.
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
export function imageLayerStatement(partition: string, region: string): PolicyStatement {
  return {
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`,
  };
}
