import { processMemory } from "../local/lambda/process-memory.ts";
import { coldFirstByte } from "./cold-start.ts";
import { type DownloadTimes, fromGateway, timeDownload } from "./download.ts";
import { alternate, type Measurement, type Unit } from "./measure.ts";
import { type MeasuredCloud, withCloud } from "./measured-cloud.ts";
import { type SampleObject, withSampleObject } from "./sample-object.ts";

/*
 * The download function beside the founding document's smallest one, each behind a gateway of its own: a plain pipe
 * without conditions, ranges, file names, checks or a log.
 */

interface Comparison {
  readonly question: string;
  readonly unit: Unit;
  readonly better: Measurement["better"];
  readonly objectBytes: number;
  readonly rounds: number;
  readonly warmups: number;
}

/** Throughput of a large object. */
export function measureSeedThroughput({ objectBytes = 180_000_000, rounds = 10, warmups = 3 } = {}) {
  const question = `How fast do ${objectBytes / 1e6} MB come from the function?`;
  return measureTimes(
    { question, unit: "MB/s", better: "higher", objectBytes, rounds, warmups },
    ({ totalMilliseconds }) => objectBytes / 1000 / totalMilliseconds,
  );
}

/** First byte of a small object from a warm function. */
export function measureSeedFirstByte({ objectBytes = 1_000_000, rounds = 200, warmups = 30 } = {}) {
  const question = "How long until the first byte, once everything is warm?";
  return measureTimes(
    { question, unit: "ms", better: "lower", objectBytes, rounds, warmups },
    ({ firstByteMilliseconds }) => firstByteMilliseconds,
  );
}

/** First byte from a function that has to start for it. */
export async function measureSeedColdStart({ objectBytes = 1000, rounds = 15, warmups = 1 } = {}) {
  const question = "How long until the first byte from a function that has to start for it?";
  return compare({ question, unit: "ms", better: "lower", objectBytes, rounds, warmups }, (cloud, object) =>
    coldFirstByte(cloud, object),
  );
}

/** Most memory a function held while it sent large objects. */
export async function measureSeedMemory({ objectBytes = 180_000_000, rounds = 5, warmups = 1 } = {}) {
  const question = `How much memory does the function hold at most, with objects of ${objectBytes / 1e6} MB?`;
  return compare(
    { question, unit: "MB", better: "lower", objectBytes, rounds, warmups },
    async (cloud, object) => {
      await download(cloud, object);
      const environments = await cloud.environments();
      const memories = await Promise.all(environments.map(({ pid }) => processMemory(pid)));
      return Math.max(...memories.map((memory) => memory?.peakBytes ?? NaN)) / 1e6;
    },
  );
}

function measureTimes(
  comparison: Comparison,
  quantity: (times: DownloadTimes) => number,
): Promise<Measurement> {
  return compare(comparison, async (cloud, object) => quantity(await download(cloud, object)));
}

async function compare(
  { question, unit, better, objectBytes, rounds, warmups }: Comparison,
  measure: (cloud: MeasuredCloud, object: SampleObject) => Promise<number>,
): Promise<Measurement> {
  const samples = await withSampleObject(objectBytes, (object, folder) =>
    withCloud({ folder, code: "seed" }, (seed) =>
      withCloud({ folder, code: "runtime" }, (ours) =>
        alternate(
          { rounds, warmups },
          () => measure(seed, object),
          () => measure(ours, object),
        ),
      ),
    ),
  );
  return {
    question,
    unit,
    better,
    baseline: { name: "the seed's pipe", samples: samples.baseline },
    subject: { name: "the download function", samples: samples.subject },
    targets: [],
  };
}

async function download(cloud: MeasuredCloud, object: SampleObject): Promise<DownloadTimes> {
  const source = fromGateway(cloud.outputs, object.key);
  try {
    return await timeDownload(source, object);
  } finally {
    source.close();
  }
}
