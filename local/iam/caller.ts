/** Credentials the local cloud has handed out, and the identity they stand for. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who signs a request: a role of the graph, or the developer at the keyboard, who may do anything. */
export type Principal = { readonly kind: "role"; readonly roleArn: string } | { readonly kind: "developer" };
