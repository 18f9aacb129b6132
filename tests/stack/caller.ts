import { signedHeaders } from "../helpers/signed-request.ts";
import { outputs, s3 } from "./stack.ts";

/** What of a request a signature covers. */
export interface CallerRequest {
  /** Default: GET. */
  readonly method?: string;
  readonly body?: string;
}

/** The headers of somebody whom the stack lets in, by its own `auth`: a key, a signature of the caller's own credentials, or none. */
export async function credentialHeaders(
  url: string,
  request: CallerRequest = {},
): Promise<Record<string, string>> {
  if (outputs.auth === "none") return {};
  if (outputs.auth === "apiKey") return { "x-api-key": outputs.apiKey };
  // The same as for the bucket: on AWS whatever the SDK finds, profile, environment or role.
  return signedHeaders(url, await s3.config.credentials(), { ...request, region: outputs.region });
}

/** The headers of somebody who is not who they say. */
export async function wrongCredentialHeaders(url: string): Promise<Record<string, string>> {
  if (outputs.auth !== "iam") return { "x-api-key": "wrong" };
  const wrongSecret = { ...(await s3.config.credentials()), secretAccessKey: "wrong" };
  return signedHeaders(url, wrongSecret, { region: outputs.region });
}

/** A request of somebody whom the stack lets in. */
export async function call(
  url: string,
  { headers, ...request }: CallerRequest & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(url, { ...request, headers: { ...(await credentialHeaders(url, request)), ...headers } });
}
