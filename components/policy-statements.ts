import { policyJson, policyPattern } from "./policy-text.ts";

/** A statement of an identity-based IAM policy. */
export interface PolicyStatement {
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Inputs of a reader's policy for one part of a bucket. */
export interface BucketAccess {
  readonly bucketArn: string;
  /** Empty for the whole bucket, else ending in `/`. */
  readonly keyPrefix: string;
  /** Empty unless the bucket is encrypted with a customer-managed key. */
  readonly kmsKeyArn: string;
  /** Whose bucket it has to be; empty where that is not known. Were it deleted, its name would be anybody's. */
  readonly accountId: string;
}

/**
 * Read access to the objects under a prefix, and nothing else. `s3:ListBucket` is not for listing: it is what makes
 * S3 answer 404 instead of 403 for an object that is not there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function bucketReadStatements(access: BucketAccess): PolicyStatement[] {
  const { bucketArn, keyPrefix, kmsKeyArn, accountId } = access;
  const owned = accountId ? { StringEquals: { "aws:ResourceAccount": accountId } } : undefined;
  const prefix = policyPattern(keyPrefix);
  const statements: PolicyStatement[] = [
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${bucketArn}/${prefix}*`,
      ...(owned && { Condition: owned }),
    },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucketArn,
      ...((owned !== undefined || keyPrefix !== "") && {
        Condition: { ...owned, ...(keyPrefix && { StringLike: { "s3:prefix": `${prefix}*` } }) },
      }),
    },
  ];
  if (kmsKeyArn) statements.push({ Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn });
  return statements;
}

/**
 * Writing into one log group that exists; making groups, whose logs nobody would ever delete, is left out.
 *
 * @param logGroupArn Without `:*` at its end.
 */
export function writeLogStatement(logGroupArn: string): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}

/**
 * Handing segments to X-Ray, which knows no resources that the actions could be limited to.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
export const writeTracesStatement: PolicyStatement = {
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};

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

/** The requests that a VPC endpoint lets through. */
export interface EndpointPolicySource {
  /** Statements for principals of the account. */
  readonly statements: readonly PolicyStatement[];
  /** Statements for what AWS's own principals ask for on the account's behalf, by links they have signed. Default: nothing. */
  readonly signedByAws?: readonly PolicyStatement[];
  /** Whose credentials pass: others', brought into the network, do not. */
  readonly accountId: string;
}

/**
 * The policy of a VPC endpoint: what may be asked for through it, by whoever is let in by the security groups and
 * allowed by a policy of their own. Without one an endpoint is a way to every resource of every account.
 * Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function endpointPolicy({ statements, signedByAws = [], accountId }: EndpointPolicySource): string {
  return policyJson({
    Version: "2012-10-17",
    Statement: [
      ...signedByAws.map((statement) => ({ ...statement, Principal: "*" })),
      ...statements.map((statement) => ({
        ...statement,
        Principal: "*",
        Condition: {
          ...statement.Condition,
          StringEquals: { ...statement.Condition?.StringEquals, "aws:PrincipalAccount": accountId },
        },
      })),
    ],
  });
}
