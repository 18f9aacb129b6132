import { type DownloadSource, fromGateway, fromS3, timeDownload } from "./download.ts";
import { alternate, compareMedians, type Measurement } from "./measure.ts";
import { withCloud } from "./measured-cloud.ts";
import { withSampleObject } from "./sample-object.ts";

/** How much later the first byte comes through gateway and function than straight from S3, all of it warm. */
export async function measureFirstByte({
  objectBytes = 1_000_000,
  rounds = 200,
  warmups = 30,
} = {}): Promise<Measurement> {
  const samples = await withSampleObject(objectBytes, (object, folder) =>
    withCloud({ folder, code: "runtime" }, async ({ outputs }) => {
      const s3 = fromS3(outputs, object.key);
      const gateway = fromGateway(outputs, object.key);
      const firstByte = async (source: DownloadSource) =>
        (await timeDownload(source, object)).firstByteMilliseconds;
      const measured = await alternate(
        { rounds, warmups },
        () => firstByte(s3),
        () => firstByte(gateway),
      );
      s3.close();
      gateway.close();
      return measured;
    }),
  );
  const comparison = {
    question: "How long until the first byte, once everything is warm?",
    unit: "ms",
    better: "lower",
    baseline: { name: "S3, GetObject", samples: samples.baseline },
    subject: { name: "gateway and function", samples: samples.subject },
  } as const;
  const medians = compareMedians(comparison);
  return {
    ...comparison,
    targets: [
      {
        quantity: "later than the direct read (p50)",
        value: medians.subject - medians.baseline,
        unit: "ms",
        bound: "at most",
        limit: 15,
      },
    ],
  };
}
