import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import callbackMessages from "@pulumi/pulumi/proto/callback_pb.js";
import type {
  Callback,
  CallbackInvokeRequest,
  CallbackInvokeResponse,
} from "@pulumi/pulumi/proto/callback_pb.js";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import type { TransformResourceOptions } from "@pulumi/pulumi/proto/resource_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";

/** The options of a resource inside a component, after the program's transforms. */
export interface TransformedChild {
  readonly type: string;
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  readonly replaceOnChanges: readonly string[];
  /** Empty: the provider's own. */
  readonly updateTimeout: string;
}

/** What awsx's components are made of, as far as a transform could mean it. */
const childTypes: Readonly<Record<string, readonly string[]>> = {
  "awsx:ecr:Image": ["docker-build:index:Image"],
  "awsx:lb:ApplicationLoadBalancer": [
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:lb/listener:Listener",
  ],
  "awsx:ecs:FargateService": ["aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"],
};

/**
 * Calls a component's transforms for each resource inside it, as Pulumi's engine does for a component that a provider makes: in
 * the program's process, whose language runner waits for the calls.
 */
export async function transformChildren(
  componentType: string,
  transforms: readonly Callback[],
): Promise<TransformedChild[]> {
  const children: TransformedChild[] = [];
  for (const type of childTypes[componentType] ?? []) {
    let options = new resourceMessages.TransformResourceOptions();
    for (const transform of transforms) options = await transformed(type, options, transform);
    children.push({
      type,
      ignoreChanges: options.getIgnoreChangesList(),
      retainOnDelete: options.getRetainOnDelete() ?? false,
      replaceOnChanges: options.getReplaceOnChangesList(),
      updateTimeout: options.getCustomTimeouts()?.getUpdate() ?? "",
    });
  }
  return children;
}

async function transformed(
  type: string,
  options: TransformResourceOptions,
  transform: Callback,
): Promise<TransformResourceOptions> {
  const resource = new resourceMessages.TransformRequest()
    .setType(type)
    .setName("child")
    .setCustom(true)
    .setProperties(structMessages.Struct.fromJavaScript({}))
    .setOptions(options);
  const call = new callbackMessages.CallbackInvokeRequest()
    .setToken(transform.getToken())
    .setRequest(resource.serializeBinary());
  const client = new CallbacksClient(transform.getTarget(), credentials.createInsecure());
  try {
    const invoke = promisify<CallbackInvokeRequest, CallbackInvokeResponse>(client.invoke.bind(client));
    const answer = (await invoke(call)).getResponse_asU8();
    return resourceMessages.TransformResponse.deserializeBinary(answer).getOptions() ?? options;
  } finally {
    client.close();
  }
}
