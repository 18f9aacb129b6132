/** One deployed REST API, as a stack output. */
export interface ApiOutput {
  /** Base URL with the stage and no trailing slash. Format: `https://{restApiId}.execute-api.{region}.amazonaws.com/{stage}`. */
  readonly url: string;
  readonly restApiId: string;
  readonly stage: string;
  /** The routes in force, sorted. Format: `GET /download/{key+}`. */
  readonly routes: readonly string[];
}

/** How callers prove who they are. */
export type Auth = "apiKey" | "iam" | "none";

/** What the program exports: the same keys from a deployed stack and from the local cloud. */
export interface StackOutputs {
  /** Absent without `downloads`. */
  readonly downloadApi?: ApiOutput;
  /** Absent without `chat`. */
  readonly chatApi?: ApiOutput;
  readonly auth: Auth;
  /** Secret. Goes into the `x-api-key` header of either API. Absent unless `auth` is `apiKey`. */
  readonly apiKey?: string;
  /** Name of the bucket the downloads come from. */
  readonly bucket: string;
  /** The Bedrock model behind `POST /stream` and `POST /chat`; absent without both. */
  readonly model?: string;
  readonly region: string;
  /** The zones of the stack's own network, in order; absent without one. */
  readonly availabilityZones?: readonly string[];
  /** What `pulumi destroy` leaves behind, one sentence an item. */
  readonly keptOnDestroy: readonly string[];
  /** Local cloud only: where the AWS SDKs of tests find the local services, and the credentials these accept. */
  readonly local?: LocalOutput;
}

/** The way into the local services, past the API. */
export interface LocalOutput {
  readonly endpoints: { readonly s3: string; readonly bedrock: string };
  /** Valid on the local cloud alone. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
