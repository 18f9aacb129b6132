import { createHash } from "node:crypto";

/** Account and Region of a simulated resource. */
export interface SimulatedAccount {
  readonly region: string;
  readonly accountId: string;
  /** Opens the port a REST API will answer on; called once for each API. */
  readonly openApiPort: (restApiId: string) => Promise<number>;
}

export interface NewResource {
  readonly urn: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A resource that a program reads and does not make. */
export interface ExistingResource {
  /** In the program. */
  readonly name: string;
  /** Input that the provider finds it by. */
  readonly id: string;
}

export interface CreatedResource {
  readonly id: string;
  /** Outputs that the provider computes. */
  readonly computed: Readonly<Record<string, unknown>>;
}

export type Simulation = (resource: NewResource) => CreatedResource | Promise<CreatedResource>;

/** Simulations of one service's resource types, by type token. */
export type Simulations = Readonly<Record<string, Simulation>>;

/** Lower-case letters and digits, as API Gateway's ids are. */
export function shortId({ urn }: { readonly urn: string }, length: number): string {
  return BigInt(`0x${digest(urn).toString("hex")}`)
    .toString(36)
    .slice(-length);
}

/** Hex digits that stand for one thing; the same ones on every start. */
export function hexDigits(thing: string, length: number): string {
  return digest(thing).toString("hex").slice(0, length);
}

/** @param resource The last part of the ARN. Format: `function:name`. */
export function regionalArn(account: SimulatedAccount, service: string, resource: string): string {
  return `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
