import type { LimitValues } from "../../contract/limits.ts";
import type { RecordedResource } from "../graph/resource-graph.ts";
import type { Authorizer } from "../iam/authorizer.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import type { LambdaService } from "../lambda/lambda-service.ts";
import type { CloudLog } from "../logs/cloud-log.ts";
import type { Backends } from "./http-proxy-integration.ts";
import type { Stage } from "./stage.ts";

/** A REST API, ready to answer: its configuration, and the services it works with. */
export interface RestApi {
  readonly restApi: RecordedResource;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly binaryMediaTypes: readonly string[];
  readonly lambda: LambdaService;
  readonly credentials: CredentialStore;
  readonly authorizer: Authorizer;
  readonly backends: Backends;
  readonly region: string;
  readonly accountId: string;
  readonly limits: LimitValues;
  /** Longest time without a byte before a stream is cut. */
  readonly idleMilliseconds: number;
  /** Whether streamed responses are held to API Gateway's bandwidth. */
  readonly enforceCaps: boolean;
  readonly log: CloudLog;
  /** Date and time, in epoch milliseconds. */
  readonly now: () => number;
}
