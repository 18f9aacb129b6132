import type { Authorizer } from "../iam/authorizer.ts";
import type { Principal } from "../iam/caller.ts";
import { BedrockError } from "./errors.ts";
import type { BedrockOperation, RequiredResource } from "./target.ts";

/** Converse has no action of its own: it is an InvokeModel. */
const actions: Readonly<Record<BedrockOperation, string>> = {
  Converse: "bedrock:InvokeModel",
  ConverseStream: "bedrock:InvokeModelWithResponseStream",
};

/** Access check for one caller, by the policies of its role. */
export class ModelAccess {
  readonly #authorizer: Authorizer;
  readonly #principal: Principal;

  constructor(authorizer: Authorizer, principal: Principal) {
    this.#authorizer = authorizer;
    this.#principal = principal;
  }

  /** @throws BedrockError AccessDeniedException unless every one of the resources is allowed */
  requireModel(operation: BedrockOperation, resources: readonly RequiredResource[]): void {
    for (const resource of resources) this.#require(actions[operation], resource);
  }

  /** @throws BedrockError AccessDeniedException */
  requireGuardrail(resource: RequiredResource): void {
    this.#require("bedrock:ApplyGuardrail", resource);
  }

  #require(action: string, { arn, requestedRegion, inferenceProfileArn }: RequiredResource): void {
    const decision = this.#authorizer.decide(this.#principal, {
      action,
      resourceArn: arn,
      context: { "aws:RequestedRegion": requestedRegion, "bedrock:InferenceProfileArn": inferenceProfileArn },
    });
    if (decision.allowed) return;
    const caller = this.#principal.kind === "role" ? this.#principal.roleArn : this.#principal.kind;
    throw new BedrockError(
      "AccessDeniedException",
      `User: ${caller} is not authorized to perform: ${action} on resource: ${arn} because ${decision.because}`,
    );
  }
}
