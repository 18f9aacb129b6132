import { fromGateway, fromS3, timeDownload } from "./download.ts";
import { alternate, compareMedians, type Measurement } from "./measure.ts";
import { withCloud } from "./measured-cloud.ts";
import { withSampleObject } from "./sample-object.ts";

/** How fast a large object comes through gateway and function, next to the same object straight from S3. */
export async function measureThroughput({
  objectBytes = 180_000_000,
  rounds = 15,
  warmups = 5,
} = {}): Promise<Measurement> {
  const samples = await withSampleObject(objectBytes, (object, folder) =>
    withCloud({ folder, code: "runtime" }, async ({ outputs }) => {
      const s3 = fromS3(outputs, object.key);
      const gateway = fromGateway(outputs, object.key);
      const megabytesPerSecond = async (source: typeof s3) =>
        object.bytes / 1000 / (await timeDownload(source, object)).totalMilliseconds;
      const measured = await alternate(
        { rounds, warmups },
        () => megabytesPerSecond(s3),
        () => megabytesPerSecond(gateway),
      );
      s3.close();
      gateway.close();
      return measured;
    }),
  );
  const comparison = {
    question: `How fast do ${objectBytes / 1e6} MB come through gateway and function?`,
    unit: "MB/s",
    better: "higher",
    baseline: { name: "S3, GetObject", samples: samples.baseline },
    subject: { name: "gateway and function", samples: samples.subject },
  } as const;
  return {
    ...comparison,
    targets: [
      {
        quantity: "share of the direct throughput (p50)",
        value: compareMedians(comparison).ratio,
        unit: "",
        bound: "at least",
        limit: 0.4,
      },
    ],
  };
}
