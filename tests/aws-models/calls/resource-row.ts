import type { Members } from "../request-source.ts";
import type { Operation } from "../service-models.ts";

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
