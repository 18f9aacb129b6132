import { type ChatSource, chatWithBedrock, chatWithGateway, timeTokens } from "./chat.ts";
import { alternate, type Measurement } from "./measure.ts";
import { withCloud } from "./measured-cloud.ts";
import type { StampedModelOptions } from "./stamped-model.ts";

/** How long a token takes from the model to the client through function and gateway, with several answers at once. */
export async function measureTokenLatency({
  streams = 1,
  tokens = 100,
  tokensPerSecond = 50,
  rounds = 8,
  warmups = 2,
} = {}): Promise<Measurement> {
  const model = { streams, tokens, tokensPerSecond };
  // No object is read.
  const folder = import.meta.dirname;
  const samples = await withCloud({ folder, sdk: "runtime", model }, async ({ outputs }) => {
    const { region, model: modelId, local, downloadApi, apiKey } = outputs;
    const bedrock = chatWithBedrock({
      region,
      endpoint: local.endpoints.bedrock,
      credentials: local.credentials,
      modelId,
      maxStreams: streams,
    });
    const gateway = chatWithGateway(downloadApi.url, apiKey);
    const measured = await alternate(
      { rounds, warmups },
      () => timeStreams(bedrock, model),
      () => timeStreams(gateway, model),
    );
    bedrock.close();
    gateway.close();
    return measured;
  });
  return {
    question: `How long is a token on its way, with ${streams} answers at once, each of ${tokensPerSecond} tokens a second?`,
    unit: "ms",
    better: "lower",
    baseline: { name: "Bedrock, ConverseStream", samples: samples.baseline.flat() },
    subject: { name: "gateway and function", samples: samples.subject.flat() },
    targets: [],
  };
}

/**
 * Opens the streams one after another: in the first round each starts a function, and many that start at once would
 * take longer than Lambda gives them.
 */
async function timeStreams(source: ChatSource, { streams, tokens }: StampedModelOptions): Promise<number[]> {
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
