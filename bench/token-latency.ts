import { timeStreams, withChatSources } from "./chat.ts";
import { alternate, type Measurement, percentile } from "./measure.ts";
import { type ChatPath, withCloud } from "./measured-cloud.ts";
import type { StampedModelOptions } from "./stamped-model.ts";

const subjects: Readonly<Record<ChatPath, string>> = {
  function: "gateway and function",
  container: "gateway, load balancer and container",
};

export interface TokenLatencyOptions extends StampedModelOptions {
  readonly chatPath: ChatPath;
  readonly rounds: number;
  readonly warmups: number;
  /** How much later than straight from the model a token may come (p99). Infinity: there is no target. */
  readonly mostAddedMilliseconds: number;
}

/**
 * How long a token takes from the model to the client through the function or the private path, with several answers
 * at once.
 */
export async function measureTokenLatency({
  chatPath = "function",
  streams = 1,
  tokens = 100,
  tokensPerSecond = 50,
  rounds = 8,
  warmups = 2,
  mostAddedMilliseconds = Infinity,
}: Partial<TokenLatencyOptions> = {}): Promise<Measurement> {
  const model = { streams, tokens, tokensPerSecond };
  // No object is read.
  const folder = import.meta.dirname;
  const samples = await withCloud({ folder, code: "runtime", model, chatPath }, ({ outputs }) =>
    withChatSources(outputs, streams, ({ bedrock, gateway }) =>
      alternate(
        { rounds, warmups },
        () => timeStreams(bedrock, model),
        () => timeStreams(gateway, model),
      ),
    ),
  );
  const baseline = { name: "Bedrock, ConverseStream", samples: samples.baseline.flat() };
  const subject = { name: subjects[chatPath], samples: samples.subject.flat() };
  const [bedrockP99, subjectP99] = [baseline, subject].map((side) => percentile(side.samples, 99, "lower"));
  return {
    question: `How long is a token on its way, with ${streams} answers at once, each of ${tokensPerSecond} tokens a second?`,
    unit: "ms",
    better: "lower",
    baseline,
    subject,
    targets:
      mostAddedMilliseconds === Infinity
        ? []
        : [
            {
              quantity: "later than the direct read (p99)",
              value: (subjectP99 ?? NaN) - (bedrockP99 ?? NaN),
              unit: "ms",
              bound: "below",
              limit: mostAddedMilliseconds,
            },
          ],
  };
}
