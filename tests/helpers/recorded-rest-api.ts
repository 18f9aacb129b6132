import type { RecordedResource } from "../../local/graph/resource-graph.ts";
import { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { recordedResource } from "./recorded-resource.ts";

export const region = "eu-west-1";
export const accountId = "123456789012";
export const functionArn = `arn:aws:lambda:${region}:${accountId}:function:answer`;
export const logGroupArn = `arn:aws:logs:${region}:${accountId}:log-group:access`;

const uriPrefix = `arn:aws:apigateway:${region}:lambda:path`;
export const streamingUri = `${uriPrefix}/2021-11-15/functions/${functionArn}/response-streaming-invocations`;
export const bufferedUri = `${uriPrefix}/2015-03-31/functions/${functionArn}/invocations`;

/** Inputs and outputs as a program's resource would be recorded with. */
export interface ResourceSketch {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Names of the resources it waits for. */
  readonly dependsOn?: readonly string[];
}

/** Builds a resource graph by hand: one REST API, `api`, to which resources are added by name. */
export class RecordedRestApi {
  readonly #resources = new Map<string, RecordedResource>();

  constructor(inputs: Readonly<Record<string, unknown>> = {}) {
    this.add("aws:apigateway/restApi:RestApi", "api", {
      inputs: { endpointConfiguration: { types: "REGIONAL" }, ...inputs },
      outputs: { rootResourceId: "root" },
    });
  }

  /** Adds a resource, or puts another in the place of one; its id is its name. */
  add(type: string, name: string, { inputs = {}, outputs = {}, dependsOn = [] }: ResourceSketch = {}): this {
    this.#resources.set(name, {
      ...recordedResource(type, name, inputs, outputs),
      urn: urn(name),
      dependencies: dependsOn.map(urn),
    });
    return this;
  }

  /** Changes inputs of a resource; `undefined` removes one. */
  change(name: string, inputs: Readonly<Record<string, unknown>>): this {
    const resource = this.#get(name);
    this.#resources.set(name, { ...resource, inputs: { ...resource.inputs, ...inputs } });
    return this;
  }

  remove(name: string): this {
    this.#resources.delete(name);
    return this;
  }

  /** Adds a path part below another, `root` to begin with. */
  path(name: string, parentId: string, pathPart: string): this {
    return this.add("aws:apigateway/resource:Resource", name, {
      inputs: { restApi: "api", parentId, pathPart },
    });
  }

  /** Adds a method and its integration, named `{name}` and `{name}-integration`. */
  method(name: string, resourceId: string, httpMethod: string, mode: "STREAM" | "BUFFERED"): this {
    this.add("aws:apigateway/method:Method", name, {
      inputs: { restApi: "api", resourceId, httpMethod, authorization: "NONE" },
    });
    return this.add("aws:apigateway/integration:Integration", `${name}-integration`, {
      inputs: {
        restApi: "api",
        resourceId,
        httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: mode === "STREAM" ? streamingUri : bufferedUri,
        responseTransferMode: mode,
        timeoutMilliseconds: 29_000,
      },
      dependsOn: [name],
    });
  }

  /** Adds a gateway response, as part of the API that is deployed next. */
  gatewayResponse(responseType: string, inputs: Readonly<Record<string, unknown>>): this {
    return this.add("aws:apigateway/response:Response", responseType, {
      inputs: { restApiId: "api", responseType, ...inputs },
    });
  }

  /** Adds a deployment of everything added so far, and its stage. */
  stage(stageName: string, inputs: Readonly<Record<string, unknown>> = {}): this {
    const deployment = `${stageName}-deployment`;
    const dependsOn = [...this.#resources.keys()];
    this.add("aws:apigateway/deployment:Deployment", deployment, { inputs: { restApi: "api" }, dependsOn });
    return this.add("aws:apigateway/stage:Stage", stageName, {
      inputs: { restApi: "api", deployment, stageName, ...inputs },
      dependsOn: [deployment],
    });
  }

  /** Adds a log group and has the stage write its access log there. */
  accessLog(stageName: string, format: string): this {
    this.add("aws:cloudwatch/logGroup:LogGroup", "access", {
      outputs: { name: "access", arn: `${logGroupArn}:*` },
    });
    return this.change(stageName, { accessLogSettings: { destinationArn: logGroupArn, format } });
  }

  /** Adds a usage plan for a stage with one key. */
  usagePlan(stageName: string, keyValue: string, inputs: Readonly<Record<string, unknown>> = {}): this {
    this.add("aws:apigateway/apiKey:ApiKey", "api-key", { outputs: { value: keyValue } });
    this.add("aws:apigateway/usagePlan:UsagePlan", "plan", {
      inputs: { apiStages: [{ apiId: "api", stage: stageName }], ...inputs },
    });
    return this.add("aws:apigateway/usagePlanKey:UsagePlanKey", "plan-key", {
      inputs: { keyId: "api-key", keyType: "API_KEY", usagePlanId: "plan" },
    });
  }

  get restApi(): RecordedResource {
    return this.#get("api");
  }

  get graph(): ResourceGraph {
    return new ResourceGraph([...this.#resources.values()]);
  }

  #get(name: string): RecordedResource {
    const resource = this.#resources.get(name);
    if (resource === undefined) throw new Error(`no resource ${name} was added`);
    return resource;
  }
}

/** The API of most tests: `GET` and `HEAD /download/{key+}` streamed, `ANY /echo/{id}` buffered, stage `dev`. */
export function sampleRestApi(inputs: Readonly<Record<string, unknown>> = {}): RecordedRestApi {
  return new RecordedRestApi(inputs)
    .path("download", "root", "download")
    .path("key", "download", "{key+}")
    .path("echo", "root", "echo")
    .path("id", "echo", "{id}")
    .method("get-download", "key", "GET", "STREAM")
    .method("head-download", "key", "HEAD", "STREAM")
    .method("any-echo", "id", "ANY", "BUFFERED")
    .stage("dev");
}

function urn(name: string): string {
  return `urn:pulumi:test::streamgate::test::${name}`;
}
