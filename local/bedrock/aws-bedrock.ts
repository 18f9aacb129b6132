import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { BedrockError } from "./errors.ts";
import type { Responder } from "./responder.ts";

export interface AwsBedrockOptions {
  readonly region: string;
  /** Default: found as the AWS SDK finds them, in the environment, a profile, or a login. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Endpoints of the services. Default: AWS's. */
  readonly endpoints?: { readonly bedrock: string; readonly sts: string };
}

/** The real Bedrock, reached with the user's own credentials. */
export interface AwsBedrock {
  /** Who pays. */
  readonly identity: { readonly accountId: string; readonly arn: string };
  /** Signs a request anew, sends it on, and pipes back whatever comes. */
  readonly respond: Responder;
}

/** The user's credentials are missing, or AWS does not take them. */
export class AwsCredentialsError extends Error {
  override readonly name = "AwsCredentialsError";
}

/** @throws AwsCredentialsError */
export async function openAwsBedrock(options: AwsBedrockOptions): Promise<AwsBedrock> {
  const aws = new SignedHttp(options);
  const { region } = options;
  const bedrock = options.endpoints?.bedrock ?? `https://bedrock-runtime.${region}.amazonaws.com`;
  const sts = options.endpoints?.sts ?? `https://sts.${region}.amazonaws.com`;
  return { identity: await callerIdentity(aws, sts), respond: forwardTo(bedrock, aws) };
}

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
async function callerIdentity(aws: SignedHttp, endpoint: string): Promise<AwsBedrock["identity"]> {
  const response = await aws
    .post("sts", new URL("/", endpoint), {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from("Action=GetCallerIdentity&Version=2011-06-15"),
    })
    .catch((error: unknown) => {
      throw new AwsCredentialsError(sentence(error), { cause: error });
    });
  let xml = "";
  for await (const chunk of response) xml += String(chunk);
  const element = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  const accountId = element("Account");
  if (response.statusCode !== 200 || accountId === undefined) {
    throw new AwsCredentialsError(element("Message") ?? `STS answered ${response.statusCode}`);
  }
  return { accountId, arn: element("Arn") ?? "" };
}

function forwardTo(endpoint: string, aws: SignedHttp): Responder {
  return async ({ target, request, answer, record }) => {
    const name = target.operation === "Converse" ? "converse" : "converse-stream";
    const url = new URL(`/model/${encodeURIComponent(idOnAws(target.modelId))}/${name}`, endpoint);
    const headers = { "content-type": request.headersDistinct["content-type"]?.[0] ?? "application/json" };
    const response = await aws
      .post("bedrock", url, { headers, body: request.body, signal: answer.closed })
      .catch((error: unknown) => {
        throw new BedrockError("ServiceUnavailableException", `Bedrock was not reached: ${sentence(error)}`);
      });
    answer.begin(response.statusCode ?? 502, endToEnd(response));
    for await (const chunk of response) {
      await answer.write(chunk as Buffer);
      record.framesSent += 1;
    }
    answer.end();
  };
}

/** A profile's ARN holds the local cloud's account id; its id means the same in every account. */
function idOnAws(modelId: string): string {
  return modelId.replace(/^arn:aws:bedrock:[^:]+:\d+:inference-profile\//, "");
}

const CONNECTION_HEADERS = ["connection", "keep-alive", "transfer-encoding"];

/** The headers that are about the answer, not about the connection it came on. */
function endToEnd({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION_HEADERS.includes(name)));
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal?: AbortSignal;
}

/** HTTP signed with the user's credentials, by the SDK's own signer. */
class SignedHttp {
  readonly #sdk: BedrockRuntimeClient["config"];

  constructor({ region, credentials }: AwsBedrockOptions) {
    this.#sdk = new BedrockRuntimeClient({ region, ...(credentials && { credentials }) }).config;
  }

  /** @returns The answer as soon as its head is there, whatever its status. */
  async post(service: string, url: URL, { headers, body, signal }: Post): Promise<IncomingMessage> {
    const signer = await this.#sdk.signer();
    const signed = await signer.sign(
      {
        method: "POST",
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { ...headers, host: url.host, "content-length": String(body.length) },
        query: {},
        body,
      },
      { signingService: service },
    );
    const request = url.protocol === "http:" ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      request(url, { method: "POST", headers: signed.headers, ...(signal && { signal }) }, resolve)
        .on("error", reject)
        .end(body);
    });
  }
}

/** The first sentence of an error that has more to say. */
function sentence(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split(/\n|\. /)[0] ?? "";
}
