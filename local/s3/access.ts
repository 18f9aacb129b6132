import type { Authorizer } from "../iam/authorizer.ts";
import type { Principal } from "../iam/caller.ts";
import type { RequestContext } from "../iam/policy-conditions.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import type { PolicySource } from "../iam/policy-document.ts";
import { S3Error } from "./errors.ts";

/** Access check for one caller and one bucket, by the role's policies and the bucket's. */
export class BucketAccess {
  readonly #authorizer: Authorizer;
  readonly #principal: Principal;
  readonly #bucketArn: string;
  readonly #bucketPolicies: readonly PolicySource[];
  readonly #region: string;
  readonly #accountId: string;

  constructor(
    bucketName: string,
    principal: Principal,
    {
      authorizer,
      graph,
      region,
      accountId,
    }: {
      readonly authorizer: Authorizer;
      readonly graph: ResourceGraph;
      readonly region: string;
      readonly accountId: string;
    },
  ) {
    this.#authorizer = authorizer;
    this.#principal = principal;
    // The local cloud is in the partition `aws`, whatever its Region is called.
    this.#bucketArn = `arn:aws:s3:::${bucketName}`;
    this.#bucketPolicies = graph
      .pointingAt("aws:s3/bucketPolicy:BucketPolicy", "bucket", bucketName)
      .map(({ name, inputs }) => ({ origin: `bucket policy ${name}`, document: inputs.policy }));
    this.#region = region;
    this.#accountId = accountId;
  }

  /** @throws S3Error AccessDenied */
  requireObject(action: "s3:GetObject" | "s3:PutObject" | "s3:DeleteObject", key: string): void {
    this.#require(action, `${this.#bucketArn}/${key}`);
  }

  /**
   * @param context The condition keys the request carries.
   * @throws S3Error AccessDenied
   */
  requireBucket(action: "s3:ListBucket", context: RequestContext): void {
    this.#require(action, this.#bucketArn, context);
  }

  #require(action: string, resourceArn: string, context: RequestContext = {}): void {
    const decision = this.#authorizer.decide(
      this.#principal,
      {
        action,
        resourceArn,
        resourceAccountId: this.#accountId,
        context: {
          "aws:RequestedRegion": this.#region,
          // A bucket's ARN names no account.
          "aws:ResourceAccount": this.#accountId,
          "s3:prefix": undefined,
          "s3:delimiter": undefined,
          ...context,
        },
      },
      this.#bucketPolicies,
    );
    if (decision.allowed) return;
    const caller = this.#principal.kind === "role" ? this.#principal.roleArn : this.#principal.kind;
    throw new S3Error(
      "AccessDenied",
      `${caller} is not authorized to perform ${action} on ${resourceArn}, because ${decision.because}`,
    );
  }
}
