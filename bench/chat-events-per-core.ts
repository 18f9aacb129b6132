import { type ChatSource, timeStreams, withChatSources } from "./chat.ts";
import { alternate, type Measurement } from "./measure.ts";
import { withCloud } from "./measured-cloud.ts";
import { processorSeconds } from "./processor-time.ts";

/**
 * How many tokens one container passes on in a second of processor time, next to a process that does no more than read
 * them with the SDK, as the container has to as well.
 */
export async function measureChatEventsPerCore({
  streams = 50,
  tokens = 200,
  tokensPerSecond = 50,
  rounds = 5,
  warmups = 2,
} = {}): Promise<Measurement> {
  const model = { streams, tokens, tokensPerSecond };
  // No object is read.
  const folder = import.meta.dirname;
  const cloudOptions = { folder, code: "runtime", model, chatPath: "container", tasks: 1 } as const;
  const samples = await withCloud(cloudOptions, async (cloud) => {
    const [task] = await cloud.tasks();
    const eventsPerProcessorSecond = async (source: ChatSource, pid = NaN) => {
      const before = await processorSeconds(pid);
      const events = (await timeStreams(source, model)).length;
      return events / ((await processorSeconds(pid)) - before);
    };
    return await withChatSources(cloud.outputs, streams, ({ bedrock, gateway }) =>
      alternate(
        { rounds, warmups },
        () => eventsPerProcessorSecond(bedrock, process.pid),
        () => eventsPerProcessorSecond(gateway, task?.pid),
      ),
    );
  });
  return {
    question: `How many tokens does a second of processor time carry, with ${streams} answers at once, each of ${tokensPerSecond} tokens a second?`,
    unit: "events/s",
    better: "higher",
    baseline: { name: "a process that reads them with the SDK", samples: samples.baseline },
    subject: { name: "the container", samples: samples.subject },
    targets: [],
  };
}
