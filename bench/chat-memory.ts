import { processMemory } from "../local/lambda/process-memory.ts";
import { type ChatSource, withChatSources } from "./chat.ts";
import { type Measurement, percentile } from "./measure.ts";
import { type MeasuredCloud, withCloud } from "./measured-cloud.ts";

const MEGABYTE = 1_000_000;

/**
 * How much more memory the tasks hold with many answers open than with none. Each sample is of a fresh cloud, so what
 * the first answers make a process grow by once and for all counts against the streams.
 */
export async function measureChatMemory({
  streams = 200,
  tokens = 3,
  tokensPerSecond = 1,
  rounds = 3,
} = {}): Promise<Measurement> {
  const model = { streams, tokens, tokensPerSecond };
  // No object is read.
  const cloudOptions = {
    folder: import.meta.dirname,
    code: "runtime",
    model,
    chatPath: "container",
  } as const;
  const idle: number[] = [];
  const open: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await withCloud(cloudOptions, (cloud) =>
      withChatSources(cloud.outputs, streams, async ({ gateway }) => {
        idle.push(await residentMegabytes(cloud));
        await withOpenAnswers(gateway, model, async () => open.push(await residentMegabytes(cloud)));
      }),
    );
  }
  const growth = open.map((megabytes, round) => megabytes - (idle[round] ?? NaN));
  return {
    question: `How much memory do the tasks hold together with ${streams} answers open?`,
    unit: "MB",
    better: "lower",
    baseline: { name: "none open", samples: idle },
    subject: { name: `${streams} open`, samples: open },
    targets: [
      {
        quantity: "an open stream, at most",
        value: (percentile(growth, 100, "lower") * 1000) / streams,
        unit: "kB",
        bound: "below",
        limit: 300,
      },
    ],
  };
}

/** Reads all of every answer's tokens but its end, which is read when `use` is done. */
async function withOpenAnswers(
  source: ChatSource,
  { streams, tokens }: { readonly streams: number; readonly tokens: number },
  use: () => Promise<unknown>,
): Promise<void> {
  const answers = Array.from({ length: streams }, () => source.ask()[Symbol.asyncIterator]());
  const read = () => Promise.all(answers.map((answer) => answer.next()));
  // The opening comes before the tokens.
  for (let token = 0; token < tokens; token++) await read();
  await use();
  while ((await read()).some(({ done }) => done !== true));
}

async function residentMegabytes(cloud: MeasuredCloud): Promise<number> {
  const memories = await Promise.all((await cloud.tasks()).map(({ pid }) => processMemory(pid)));
  return memories.reduce((sum, memory) => sum + (memory?.residentBytes ?? NaN), 0) / MEGABYTE;
}
