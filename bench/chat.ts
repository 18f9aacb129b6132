import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { NdjsonDecoder } from "../contract/ndjson.ts";
import type { LocalOutput } from "../contract/stack-outputs.ts";
import type { BedrockClientOptions } from "../core/chat-stream/index.ts";
import { type LocalOutputs, WrongAnswerError } from "./download.ts";
import { millisecondsSince, OPENING, type StampedModelOptions } from "./stamped-model.ts";

/** One way to a model's answers. */
export interface ChatSource {
  /**
   * Asks once, and yields the answer's tokens, each as soon as it can be read.
   *
   * @throws WrongAnswerError when it is not an answer, or not a whole one
   */
  ask(): AsyncIterable<string>;
  close(): void;
}

/** What a caller of the local Bedrock needs. */
export interface BedrockAccess extends BedrockClientOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: LocalOutput["credentials"];
  readonly modelId: string;
}

/** What the model is asked makes no difference to its answer. */
const QUESTION = "What time is it?";

/** Straight from the local Bedrock, as the developer, with the AWS SDK as it comes, over HTTP/1.1 as the container has it. */
export function chatWithBedrock({ modelId, maxStreams, ...config }: BedrockAccess): ChatSource {
  // An answer that needed a second try is no sample.
  const requestHandler = new NodeHttpHandler({ httpAgent: { maxSockets: maxStreams } });
  const client = new BedrockRuntimeClient({ ...config, requestHandler, maxAttempts: 1 });
  const command = new ConverseStreamCommand({
    modelId,
    messages: [{ role: "user", content: [{ text: QUESTION }] }],
  });
  return {
    async *ask() {
      const { stream = [] } = await client.send(command);
      let stopReason: string | undefined;
      for await (const { contentBlockDelta, messageStop } of stream) {
        const token = contentBlockDelta?.delta?.text;
        if (token !== undefined) yield token;
        stopReason ??= messageStop?.stopReason;
      }
      requireEndOfTurn(stopReason);
    },
    close: () => client.destroy(),
  };
}

/**
 * Through the gateway, as JSON lines.
 *
 * @param url Of the route.
 */
export function chatWithGateway(url: string, apiKey: string): ChatSource {
  const agent = new Agent({ keepAlive: true });
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  return {
    async *ask() {
      const outgoing = request(url, { method: "POST", agent, headers });
      outgoing.end(JSON.stringify({ message: QUESTION }));
      const [response] = (await once(outgoing, "response")) as [IncomingMessage];
      if (response.statusCode !== 200) {
        throw new WrongAnswerError(`status ${response.statusCode}: ${await text(response)}`);
      }
      const decoder = new NdjsonDecoder();
      let stopReason: string | undefined;
      for await (const chunk of response as AsyncIterable<Buffer>) {
        for (const event of decoder.push(chunk)) {
          if (event.type === "text") yield event.text;
          else if (event.type === "done") stopReason = event.stopReason;
          else throw new WrongAnswerError(JSON.stringify(event));
        }
      }
      requireEndOfTurn(stopReason);
    },
    close: () => agent.destroy(),
  };
}

/** Lends both ways to a cloud's model: straight to it, and through whichever API has a chat. */
export async function withChatSources<T>(
  { region, model, local, downloadApi, chatApi, apiKey }: LocalOutputs,
  maxStreams: number,
  use: (sources: { readonly bedrock: ChatSource; readonly gateway: ChatSource }) => Promise<T>,
): Promise<T> {
  const bedrock = chatWithBedrock({
    region,
    endpoint: local.endpoints.bedrock,
    credentials: local.credentials,
    modelId: model,
    maxStreams,
  });
  const gateway = chatWithGateway(chatApi ? `${chatApi.url}/stream` : `${downloadApi.url}/chat`, apiKey);
  try {
    return await use({ bedrock, gateway });
  } finally {
    bedrock.close();
    gateway.close();
  }
}

function requireEndOfTurn(stopReason: string | undefined): void {
  if (stopReason !== "end_turn") throw new WrongAnswerError(`an answer that ended with ${stopReason}`);
}

/**
 * Reads one answer of the stamped model.
 *
 * @param onOpen Told when the answer is under way.
 * @returns How long each token was on its way, in milliseconds; the opening is not measured.
 * @throws WrongAnswerError when a token is missing, or was split or joined on its way; what `answer` throws
 */
export async function timeTokens(
  answer: AsyncIterable<string>,
  tokens: number,
  onOpen: () => void,
): Promise<number[]> {
  const delays: number[] = [];
  let isOpen = false;
  for await (const token of answer) {
    const delay = millisecondsSince(token);
    if (isOpen && delay !== undefined) {
      delays.push(delay);
    } else if (!isOpen && token === OPENING) {
      isOpen = true;
      onOpen();
    } else {
      throw new WrongAnswerError(`a token "${token}"`);
    }
  }
  if (delays.length !== tokens) throw new WrongAnswerError(`${delays.length} tokens that are not ${tokens}`);
  return delays;
}

/**
 * Reads as many answers at once as the stamped model gives. Opens them one after another: in the first round each may
 * start a function, and many that start at once would take longer than Lambda gives them.
 *
 * @returns How long each token of each answer was on its way, in milliseconds.
 * @throws WrongAnswerError as `timeTokens` does.
 */
export async function timeStreams(
  source: ChatSource,
  { streams, tokens }: StampedModelOptions,
): Promise<number[]> {
  const answers: Promise<number[]>[] = [];
  for (let stream = 0; stream < streams; stream++) {
    await new Promise<void>((resolve, reject) => {
      const answer = timeTokens(source.ask(), tokens, resolve);
      answer.catch(reject);
      answers.push(answer);
    });
  }
  return (await Promise.all(answers)).flat();
}
