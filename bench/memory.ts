import { processMemory } from "../local/lambda/process-memory.ts";
import { type DownloadSource, fromGateway, timeDownload } from "./download.ts";
import { alternate, type Measurement } from "./measure.ts";
import { type MeasuredCloud, withCloud } from "./measured-cloud.ts";
import { type SampleObject, withSampleObject } from "./sample-object.ts";

const MEGABYTE = 1_000_000;

/**
 * How much memory the function's process holds after each of several large objects, next to one in another cloud
 * that serves as many small ones: what the second one grows by is not the streaming's doing.
 */
export async function measureMemory({
  objectBytes = 180 * MEGABYTE,
  smallObjectBytes = 1000,
  rounds = 10,
} = {}): Promise<Measurement> {
  const { peak, ...samples } = await withSampleObject(smallObjectBytes, (small, smallFolder) =>
    withSampleObject(objectBytes, (large, largeFolder) =>
      withCloud({ folder: smallFolder, code: "runtime" }, (smallCloud) =>
        withCloud({ folder: largeFolder, code: "runtime" }, async (largeCloud) => {
          const smallSource = fromGateway(smallCloud.outputs, small.key);
          const largeSource = fromGateway(largeCloud.outputs, large.key);
          // The first object counts, so nothing is warmed up.
          const measured = await alternate(
            { rounds, warmups: 0 },
            () => residentAfter(smallCloud, smallSource, small),
            () => residentAfter(largeCloud, largeSource, large),
          );
          smallSource.close();
          largeSource.close();
          return { ...measured, peak: await peakMegabytes(largeCloud) };
        }),
      ),
    ),
  );
  return {
    question: `How much memory does the function hold after each of ${rounds} objects of ${objectBytes / MEGABYTE} MB?`,
    unit: "MB",
    better: "lower",
    baseline: { name: `objects of ${smallObjectBytes} bytes`, samples: samples.baseline },
    subject: { name: "large objects", samples: samples.subject },
    targets: [
      { quantity: "most ever held (RSS)", value: peak, unit: "MB", bound: "below", limit: 160 },
      {
        quantity: `growth from object 1 to object ${rounds}`,
        value: (samples.subject.at(-1) ?? NaN) - (samples.subject[0] ?? NaN),
        unit: "MB",
        bound: "at most",
        limit: 10,
      },
    ],
  };
}

async function residentAfter(
  cloud: MeasuredCloud,
  source: DownloadSource,
  object: SampleObject,
): Promise<number> {
  await timeDownload(source, object);
  const environments = await cloud.environments();
  return Math.max(...environments.map(({ residentBytes }) => residentBytes)) / MEGABYTE;
}

async function peakMegabytes(cloud: MeasuredCloud): Promise<number> {
  const environments = await cloud.environments();
  const memories = await Promise.all(environments.map(({ pid }) => processMemory(pid)));
  return Math.max(...memories.map((memory) => memory?.peakBytes ?? NaN)) / MEGABYTE;
}
