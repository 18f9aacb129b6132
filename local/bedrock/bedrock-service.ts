import type { CloudLog } from "../logs/cloud-log.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import { Authorizer } from "../iam/authorizer.ts";
import type { Principal } from "../iam/caller.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import { SignatureError } from "../iam/signature-error.ts";
import { verifySignature } from "../iam/signature.ts";
import { ModelAccess } from "./access.ts";
import type { Answer } from "./answer.ts";
import { type GuardrailConfig, parseBody, parseGuardrail } from "./converse-request.ts";
import { BedrockError, signatureErrorCodes } from "./errors.ts";
import { FaultInjectedError } from "../fault-orders.ts";
import { Faults } from "./faults.ts";
import { listen, type ReceivedRequest } from "./listener.ts";
import { type BedrockRequestRecord, type LiveRecord, RequestRecords } from "./request-record.ts";
import { requestId, type Responder } from "./responder.ts";
import type { ScriptedModelOptions } from "./scripted-model.ts";
import { scriptedResponder } from "./scripted-responder.ts";
import { parseTarget, resolveModel, type ResolvedModel, type Target } from "./target.ts";

export interface BedrockOptions {
  /** Holds the roles' policies. */
  readonly graph: ResourceGraph;
  readonly credentials: CredentialStore;
  /** The only one signatures are accepted for. */
  readonly region: string;
  readonly accountId: string;
  readonly log: CloudLog;
  /** Options of the scripted model. */
  readonly model?: ScriptedModelOptions;
  /** Answers in place of the scripted model. */
  readonly respond?: Responder;
}

/** The local Bedrock runtime. */
export interface LocalBedrock {
  /** Format: `http://127.0.0.1:{port}`. Takes HTTP/1.1, and HTTP/2 without TLS. */
  readonly endpoint: string;
  /** The newest requests in order of arrival, changing while they are answered. */
  readonly requests: readonly BedrockRequestRecord[];
  readonly faults: Faults;
  /** Breaks off whatever is still being sent. */
  close(): Promise<void>;
}

/** Answers Converse and ConverseStream, with signatures checked and every request weighed against the caller's policies. */
export async function startBedrock(options: BedrockOptions): Promise<LocalBedrock> {
  const service = new BedrockService(options);
  const listener = await listen(
    (request, answer) => service.receive(request, answer),
    (fault) => options.log.error("bedrock", fault),
  );
  return {
    endpoint: listener.endpoint,
    requests: service.records.all,
    faults: service.faults,
    async close() {
      await listener.close();
      await service.close();
    },
  };
}

class BedrockService {
  readonly records = new RequestRecords();
  readonly faults = new Faults();
  readonly #options: BedrockOptions;
  readonly #authorizer: Authorizer;
  readonly #answers = new Set<Promise<void>>();

  constructor(options: BedrockOptions) {
    this.#options = options;
    this.#authorizer = new Authorizer(options.graph, options.log);
  }

  receive(request: ReceivedRequest, answer: Answer): void {
    const answering = this.#answer(request, answer).finally(() => this.#answers.delete(answering));
    this.#answers.add(answering);
  }

  /** Waits for the answers under way, so that nothing is logged afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#answers);
  }

  /** Never rejects. */
  async #answer(request: ReceivedRequest, answer: Answer): Promise<void> {
    const record = this.records.begin(answer);
    try {
      await this.#perform(request, answer, record);
    } catch (error) {
      await this.#fail(error, answer);
    }
  }

  async #perform(request: ReceivedRequest, answer: Answer, record: LiveRecord): Promise<void> {
    const target = parseTarget(request.method, request.url);
    Object.assign(record, target);
    const principal = this.#verify(request);
    record.principal = principal.kind;
    this.faults.refuseIfOrdered(target.modelId);
    const body = parseBody(request.body);
    const model = this.#authorize(target, parseGuardrail(body), principal);
    const { respond = scriptedResponder(this.#options.model) } = this.#options;
    await respond({ target, request, body, model, answer, record, faults: this.faults });
  }

  /** @throws BedrockError, SignatureError */
  #verify(request: ReceivedRequest): Principal {
    const { principal, region, service } = verifySignature(request, this.#options.credentials, {
      body: request.body,
    });
    if (service !== "bedrock" || region !== this.#options.region) {
      throw new BedrockError(
        "InvalidSignatureException",
        `Credential should be scoped to bedrock in ${this.#options.region}, not ${service} in ${region}.`,
      );
    }
    return principal;
  }

  /** @throws BedrockError for an id that cannot be one, and for what the caller may not do */
  #authorize(target: Target, guardrail: GuardrailConfig | undefined, principal: Principal): ResolvedModel {
    const { region, accountId } = this.#options;
    const model = resolveModel(target.modelId, region, accountId);
    const access = new ModelAccess(this.#authorizer, principal);
    access.requireModel(target.operation, model.resources);
    if (guardrail !== undefined) {
      const { guardrailIdentifier: identifier } = guardrail;
      const arn = `arn:aws:bedrock:${region}:${accountId}:guardrail/${identifier}`;
      access.requireGuardrail({
        arn: identifier.startsWith("arn:") ? identifier : arn,
        requestedRegion: region,
      });
    }
    return model;
  }

  async #fail(thrown: unknown, answer: Answer): Promise<void> {
    if (answer.closed.aborted) return;
    if (thrown instanceof FaultInjectedError) return answer.breakOff();
    const error = asBedrockError(thrown);
    if (!error.ordinary) this.#options.log.error("bedrock", `${error.code}: ${error.message}`);
    if (answer.statusCode !== undefined) return answer.breakOff();
    answer.begin(error.statusCode, { ...error.headers, ...requestId() });
    answer.end(error.body);
  }
}

function asBedrockError(thrown: unknown): BedrockError {
  if (thrown instanceof BedrockError) return thrown;
  if (thrown instanceof SignatureError) {
    return new BedrockError(signatureErrorCodes[thrown.code], thrown.message);
  }
  return new BedrockError(
    "InternalServerException",
    thrown instanceof Error ? thrown.message : String(thrown),
  );
}
