import { randomBytes } from "node:crypto";
import type { Credentials, Principal } from "./caller.ts";

/** Every credential handed out by this local cloud. They are worthless anywhere else. */
export class CredentialStore {
  readonly #issued = new Map<string, { credentials: Credentials; principal: Principal }>();

  /** Makes temporary credentials for a role, or long-lived ones for the developer. */
  issue(principal: Principal): Credentials {
    const isRole = principal.kind === "role";
    const credentials: Credentials = {
      accessKeyId: (isRole ? "ASIA" : "AKIA") + randomBytes(8).toString("hex").toUpperCase(),
      secretAccessKey: randomBytes(30).toString("base64url"),
      ...(isRole && { sessionToken: randomBytes(48).toString("base64url") }),
    };
    this.#issued.set(credentials.accessKeyId, { credentials, principal });
    return credentials;
  }

  find(accessKeyId: string): { credentials: Credentials; principal: Principal } | undefined {
    return this.#issued.get(accessKeyId);
  }
}
