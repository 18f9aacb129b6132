import { promisify } from "node:util";
import {
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
  type handleUnaryCall,
  status,
} from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogRequest, SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { plainValue } from "../../local/program/plain-value.ts";
import { resourceUrn } from "../../local/program/resource-urn.ts";
import type { ProgramOptions } from "../../local/program/run-program.ts";
import { type TransformedChild, transformChildren } from "./grpc-transforms.ts";

/** A property as it crosses the wire: secrets, assets and unknowns still in their envelopes. */
export type WireProperties = Readonly<Record<string, JavaScriptValue>>;

/** What the program's process asked the engine to make. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The parent's urn; empty for the stack itself. */
  readonly parent: string;
  readonly custom: boolean;
  /** Whether a provider makes it: a component of a package such as awsx. */
  readonly remote: boolean;
  readonly inputs: WireProperties;
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
  readonly additionalSecretOutputs: readonly string[];
}

export interface GrpcEngineOptions extends Pick<ProgramOptions, "simulator" | "functions"> {
  readonly project: string;
  readonly stack: string;
  /** As `pulumi preview` does: nothing is made, so ids and computed outputs stay unknown. */
  readonly preview: boolean;
}

/**
 * As much of Pulumi's engine as a program needs, over the protocol the language runner speaks. What is missing here is
 * answered with UNIMPLEMENTED, which fails the program.
 *
 * Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
 */
export class GrpcEngine {
  /** In the order of arrival, the stack included. */
  readonly registrations: Registration[] = [];
  /** Resources inside components that a provider makes, as the program's transforms leave them. */
  readonly transformedChildren: TransformedChild[] = [];
  /** Errors and warnings the program logged. */
  readonly log: string[] = [];
  /** What the stack exports; `undefined` as long as the program has not come to its end. */
  stackOutputs: WireProperties | undefined;
  rootResource = "";
  /** Whether the program said that it was done and all went well. */
  shutdownSignalled = false;
  readonly #options: GrpcEngineOptions;

  constructor(options: GrpcEngineOptions) {
    this.#options = options;
  }

  readonly resourceMonitor: UntypedServiceImplementation = {
    // The CLI of this SDK's release has every feature it asks for.
    supportsFeature: answering(() => new resourceMessages.SupportsFeatureResponse().setHassupport(true)),
    registerResource: answering((request: RegisterResourceRequest) => this.#registerResource(request)),
    readResource: answering((request: ReadResourceRequest) => this.#readResource(request)),
    registerResourceOutputs: answering((request: RegisterResourceOutputsRequest) => {
      if (request.getUrn() === this.rootResource) this.stackOutputs = properties(request.getOutputs());
      return new emptyMessages.Empty();
    }),
    invoke: answering((request: ResourceInvokeRequest) => this.#invoke(request)),
    signalAndWaitForShutdown: answering(() => {
      this.shutdownSignalled = true;
      return new emptyMessages.Empty();
    }),
  };

  readonly engine: UntypedServiceImplementation = {
    log: answering((request: LogRequest) => {
      if (request.getSeverity() >= engineMessages.LogSeverity.WARNING) this.log.push(request.getMessage());
      return new emptyMessages.Empty();
    }),
    setRootResource: answering((request: SetRootResourceRequest) => {
      this.rootResource = request.getUrn();
      return new engineMessages.SetRootResourceResponse();
    }),
  };

  async #registerResource(request: RegisterResourceRequest) {
    const registration = this.#record(request);
    this.transformedChildren.push(
      ...(await transformChildren(registration.type, request.getTransformsList())),
    );
    const { id, outputs } = await this.#make(registration);
    return new resourceMessages.RegisterResourceResponse()
      .setUrn(registration.urn)
      .setId(id)
      .setObject(structMessages.Struct.fromJavaScript(outputs));
  }

  /** Reads take place in a preview too. */
  #readResource(request: ReadResourceRequest) {
    const resource = { parent: request.getParent(), type: request.getType(), name: request.getName() };
    const state = this.#options.simulator.read(resource.type, { name: resource.name, id: request.getId() });
    if (state === undefined) throw new Error(`resource '${request.getId()}' does not exist`);
    return new resourceMessages.ReadResourceResponse()
      .setUrn(resourceUrn(this.#options, resource))
      .setProperties(structMessages.Struct.fromJavaScript(state as WireProperties));
  }

  #record(request: RegisterResourceRequest): Registration {
    const resource = { parent: request.getParent(), type: request.getType(), name: request.getName() };
    const urn = resourceUrn(this.#options, resource);
    if (this.registrations.some((other) => other.urn === urn))
      throw new Error(`Duplicate resource URN '${urn}'`);
    const registration: Registration = {
      ...resource,
      urn,
      custom: request.getCustom(),
      remote: request.getRemote(),
      inputs: properties(request.getObject()),
      dependencies: request.getDependenciesList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      protect: request.getProtect() ?? false,
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    };
    this.registrations.push(registration);
    return registration;
  }

  async #make(registration: Registration): Promise<{ id: string; outputs: Record<string, JavaScriptValue> }> {
    const { urn, type, name, custom, remote, inputs } = registration;
    // In a preview the id is empty and computed properties are left out: the SDK takes both for unknown.
    if (!remote && (!custom || this.#options.preview)) return { id: "", outputs: { ...inputs } };
    const plainInputs = plainValue(inputs) as Record<string, unknown>;
    const created = await this.#options.simulator.create(type, { urn, name, inputs: plainInputs });
    if (created === undefined) throw new Error(`${type} is not simulated`);
    const computed = created.computed as WireProperties;
    // A component's provider runs in a preview too, and answers with what is known: that there is something.
    if (this.#options.preview)
      return { id: "", outputs: { ...inputs, ...(withUnknownTexts(computed) as WireProperties) } };
    const outputs = { ...inputs, ...computed };
    for (const key of new Set(registration.additionalSecretOutputs))
      outputs[key] = secret(outputs[key] ?? null);
    return { id: created.id, outputs };
  }

  #invoke(request: ResourceInvokeRequest) {
    const answer = this.#options.functions[request.getTok()];
    if (answer === undefined) throw new Error(`the provider function ${request.getTok()} is not simulated`);
    const result = answer(properties(request.getArgs()), request.getProvider()) as Record<
      string,
      JavaScriptValue
    >;
    return new providerMessages.InvokeResponse().setReturn(structMessages.Struct.fromJavaScript(result));
  }
}

/** Puts an engine on a free port of 127.0.0.1. */
export async function startGrpcEngine(
  options: GrpcEngineOptions,
): Promise<{ engine: GrpcEngine; address: string; close: () => void }> {
  const engine = new GrpcEngine(options);
  const server = new Server();
  server.addService(ResourceMonitorService, engine.resourceMonitor);
  server.addService(EngineService, engine.engine);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  return { engine, address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** A value in the envelope that marks it as secret. */
export function secret(value: JavaScriptValue): JavaScriptValue {
  return { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value };
}

function properties(struct: Struct | undefined): WireProperties {
  return withoutOutputs(struct?.toJavaScript() ?? {}) as WireProperties;
}

function withUnknownTexts(value: JavaScriptValue): JavaScriptValue {
  if (typeof value === "string") return pulumi.runtime.unknownValue;
  if (Array.isArray(value)) return value.map(withUnknownTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as WireProperties).map(([name, member]) => [name, withUnknownTexts(member)]),
  );
}

/** A provider's component is sent each Output in an envelope with its dependencies, and without a value in a preview. */
function withoutOutputs(value: JavaScriptValue): JavaScriptValue {
  if (Array.isArray(value)) return value.map(withoutOutputs);
  if (typeof value !== "object" || value === null) return value;
  const members = value as WireProperties;
  if (members[pulumi.runtime.specialSigKey] === pulumi.runtime.specialOutputValueSig)
    return "value" in members ? withoutOutputs(members["value"] ?? null) : pulumi.runtime.unknownValue;
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, withoutOutputs(member)]));
}

function answering<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  const answerAsync = async (request: Request) => answer(request);
  return (call, callback) => {
    answerAsync(call.request).then(
      (response) => callback(null, response),
      (error: Error) => callback({ code: status.UNKNOWN, details: error.message }),
    );
  };
}
