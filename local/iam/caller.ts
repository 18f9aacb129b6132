import type { PolicySource } from "./policy-document.ts";

/** Credentials the local cloud has handed out, and the identity they stand for. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An endpoint on the way to a service. It takes away, never gives: the caller's own policies have to allow the request too. */
export interface VpcEndpoint {
  readonly id: string;
  /** `undefined`: every request passes. */
  readonly policy: PolicySource | undefined;
}

/** Who signs a request: a role of the graph, or the developer at the keyboard, who may do anything. */
export type Principal =
  | {
      readonly kind: "role";
      readonly roleArn: string;
      /** VPC endpoints on the way of the role's requests, by the service's prefix in IAM's actions. Default: none. */
      readonly endpoints?: Readonly<Record<string, VpcEndpoint>>;
    }
  | { readonly kind: "developer" };
