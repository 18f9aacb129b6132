import { randomInt } from "node:crypto";
import { physicalName } from "./automatic-names.ts";
import { simulatedContainers } from "./simulated-containers.ts";
import { simulatedLoadBalancers } from "./simulated-load-balancers.ts";
import { simulatedNetwork } from "./simulated-network.ts";
import {
  type CreatedResource,
  type ExistingResource,
  type NewResource,
  type SimulatedAccount,
  type Simulations,
  regionalArn,
  shortId,
} from "./simulation.ts";

/** Answers a resource's registration with an id and outputs shaped like AWS's. */
export class ResourceSimulator {
  readonly #account: SimulatedAccount;
  readonly #apiPorts = new Map<string, number>();
  /** Values by the keys' ids. */
  readonly #apiKeys = new Map<string, string>();
  readonly #privateNetworking: Simulations;

  constructor(account: SimulatedAccount) {
    this.#account = account;
    this.#privateNetworking = {
      ...simulatedNetwork(account),
      ...simulatedLoadBalancers(account),
      ...simulatedContainers(account),
    };
  }

  /** @returns `undefined` for a type nobody taught the simulator. */
  create(type: string, resource: NewResource): CreatedResource | Promise<CreatedResource> | undefined {
    return (this.#simulations[type] ?? this.#privateNetworking[type])?.(resource);
  }

  /** @returns What is there without the program; `undefined` for a type nobody taught the simulator. */
  read(type: string, resource: ExistingResource): Readonly<Record<string, unknown>> | undefined {
    return this.#existing[type]?.(resource);
  }

  readonly #existing: Readonly<Record<string, (resource: ExistingResource) => Record<string, unknown>>> = {
    // An account that is new to API Gateway.
    "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "" }),
    // Any certificate is answered for as one that would do; it is read by the name it has to be for.
    "aws:acm/certificate:Certificate": ({ name }) => ({
      domainName: name,
      subjectAlternativeNames: [name],
      status: "ISSUED",
    }),
  };

  readonly #simulations: Simulations = {
    "aws:apigateway/account:Account": () => ({ id: "api-gateway-account", computed: {} }),
    "aws:apigateway/apiKey:ApiKey": (resource) => this.#apiKey(resource),
    "aws:apigateway/deployment:Deployment": (resource) => ({ id: shortId(resource, 6), computed: {} }),
    "aws:apigateway/integration:Integration": (resource) => ({
      id: `agi-${shortId(resource, 10)}`,
      computed: {},
    }),
    "aws:apigateway/integrationResponse:IntegrationResponse": (resource) => ({
      id: `agir-${shortId(resource, 10)}`,
      computed: {},
    }),
    "aws:apigateway/method:Method": (resource) => ({ id: `agm-${shortId(resource, 10)}`, computed: {} }),
    "aws:apigateway/methodResponse:MethodResponse": (resource) => ({
      id: `agmr-${shortId(resource, 10)}`,
      computed: {},
    }),
    "aws:apigateway/methodSettings:MethodSettings": (resource) => ({
      id: shortId(resource, 10),
      computed: {},
    }),
    "aws:apigateway/resource:Resource": (resource) => ({ id: shortId(resource, 6), computed: {} }),
    "aws:apigateway/response:Response": (resource) => ({ id: `aggr-${shortId(resource, 10)}`, computed: {} }),
    "aws:apigateway/restApi:RestApi": (resource) => this.#restApi(resource),
    "aws:apigateway/restApiPolicy:RestApiPolicy": (resource) => ({
      id: String(resource.inputs.restApiId),
      computed: {},
    }),
    "aws:apigateway/stage:Stage": (resource) => this.#stage(resource),
    "aws:apigateway/usagePlan:UsagePlan": (resource) => ({
      id: shortId(resource, 6),
      computed: named("aws:apigateway/usagePlan:UsagePlan", resource),
    }),
    "aws:apigateway/usagePlanKey:UsagePlanKey": (resource) => ({
      id: shortId(resource, 10),
      computed: { value: this.#apiKeys.get(String(resource.inputs.keyId)) },
    }),
    "aws:cloudwatch/logGroup:LogGroup": (resource) => {
      const { name } = named("aws:cloudwatch/logGroup:LogGroup", resource);
      return { id: name, computed: { name, arn: this.#arn("logs", `log-group:${name}`) } };
    },
    "aws:iam/role:Role": (resource) => {
      const { name } = named("aws:iam/role:Role", resource);
      return { id: name, computed: { name, arn: `arn:aws:iam::${this.#account.accountId}:role/${name}` } };
    },
    "aws:iam/rolePolicy:RolePolicy": (resource) => {
      const { name } = named("aws:iam/rolePolicy:RolePolicy", resource);
      return { id: `${String(resource.inputs.role)}:${name}`, computed: { name } };
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (resource) => ({
      id: `${String(resource.inputs.role)}-${shortId(resource, 7)}`,
      computed: {},
    }),
    "aws:lambda/function:Function": (resource) => this.#function(resource),
    "aws:lambda/permission:Permission": (resource) => {
      const statementId = physicalName("aws:lambda/permission:Permission", resource);
      return { id: statementId, computed: { statementId } };
    },
    "aws:s3/bucket:Bucket": (resource) => {
      const bucket = physicalName("aws:s3/bucket:Bucket", resource);
      return { id: bucket, computed: { bucket, arn: `arn:aws:s3:::${bucket}` } };
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketSetting,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketSetting,
    "aws:s3/bucketPolicy:BucketPolicy": bucketSetting,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketSetting,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketSetting,
    "aws:s3/bucketVersioning:BucketVersioning": bucketSetting,
    "pulumi:providers:aws": ({ name }) => ({ id: name, computed: {} }),
  };

  #apiKey(resource: NewResource): CreatedResource {
    const [id, value] = [shortId(resource, 10), randomKey()];
    this.#apiKeys.set(id, value);
    return {
      id,
      computed: {
        ...named("aws:apigateway/apiKey:ApiKey", resource),
        value,
        enabled: resource.inputs.enabled ?? true,
      },
    };
  }

  async #restApi(resource: NewResource): Promise<CreatedResource> {
    const id = shortId(resource, 10);
    this.#apiPorts.set(id, await this.#account.openApiPort(id));
    return {
      id,
      computed: {
        ...named("aws:apigateway/restApi:RestApi", resource),
        rootResourceId: shortId({ urn: `${resource.urn}/root` }, 10),
        arn: `arn:aws:apigateway:${this.#account.region}::/restapis/${id}`,
        executionArn: this.#arn("execute-api", id),
      },
    };
  }

  #stage({ inputs }: NewResource): CreatedResource {
    const [restApi, stageName] = [String(inputs.restApi), String(inputs.stageName)];
    return {
      id: `ags-${restApi}-${stageName}`,
      computed: {
        invokeUrl: `http://127.0.0.1:${this.#apiPorts.get(restApi)}/${stageName}`,
        arn: `arn:aws:apigateway:${this.#account.region}::/restapis/${restApi}/stages/${stageName}`,
        executionArn: this.#arn("execute-api", `${restApi}/${stageName}`),
      },
    };
  }

  #function(resource: NewResource): CreatedResource {
    const { name } = named("aws:lambda/function:Function", resource);
    const arn = this.#arn("lambda", `function:${name}`);
    const invocationPath = (version: string, action: string) =>
      `arn:aws:apigateway:${this.#account.region}:lambda:path/${version}/functions/${arn}/${action}`;
    return {
      id: name,
      computed: {
        name,
        arn,
        invokeArn: invocationPath("2015-03-31", "invocations"),
        responseStreamingInvokeArn: invocationPath("2021-11-15", "response-streaming-invocations"),
      },
    };
  }

  #arn(service: string, resource: string): string {
    return regionalArn(this.#account, service, resource);
  }
}

function named(type: string, resource: NewResource): { readonly name: string } {
  return { name: physicalName(type, resource) };
}

function bucketSetting({ inputs }: NewResource): CreatedResource {
  return { id: String(inputs.bucket), computed: {} };
}

/** 40 letters and digits, as API Gateway makes keys. New on every start. */
function randomKey(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 40 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
