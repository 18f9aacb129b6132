/** A request about to be sent. */
export interface AuthorizedRequest {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Adds credentials to a request: returns all of its headers. */
export type Authorizer = (request: AuthorizedRequest) => Promise<Readonly<Record<string, string>>>;

/** Sends no credentials, for an API with `auth: none`. */
export const noCredentials: Authorizer = ({ headers }) => Promise.resolve(headers);

/**
 * Sends an API key in `x-api-key`.
 *
 * @throws TypeError when the key has characters that no header can carry.
 */
export function apiKeyAuthorizer(key: string): Authorizer {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError("The API key is empty or has characters in it that no key has.");
  }
  return ({ headers }) => Promise.resolve({ ...headers, "x-api-key": key });
}
