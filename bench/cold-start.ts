import { readArchive } from "../local/lambda/function-code.ts";
import { fromGateway, timeDownload } from "./download.ts";
import { downloadCode, projectFolder, type FunctionCode } from "./download-code.ts";
import { alternate, type Measurement } from "./measure.ts";
import { type MeasuredCloud, withCloud } from "./measured-cloud.ts";
import { type SampleObject, withSampleObject } from "./sample-object.ts";

/**
 * How long until the first byte when a fresh environment has to start for it: with the SDK that lies beside the
 * function, as the Lambda runtime carries it, and with the SDK bundled into the function's code.
 */
export async function measureColdStart({
  objectBytes = 1000,
  rounds = 15,
  warmups = 1,
} = {}): Promise<Measurement> {
  const samples = await withSampleObject(objectBytes, (object, folder) =>
    withCloud({ folder, code: "bundle" }, (bundled) =>
      withCloud({ folder, code: "runtime" }, (shipped) => {
        const cold = (cloud: MeasuredCloud) => () => coldFirstByte(cloud, object);
        return alternate({ rounds, warmups }, cold(bundled), cold(shipped));
      }),
    ),
  );
  const [bundleBytes, shippedBytes] = [await codeBytes("bundle"), await codeBytes("runtime")];
  return {
    question: "How long until the first byte from a function that has to start for it?",
    unit: "ms",
    better: "lower",
    baseline: { name: `SDK bundled in (${bundleBytes} bytes of code)`, samples: samples.baseline },
    subject: { name: `the runtime's SDK (${shippedBytes} bytes of code)`, samples: samples.subject },
    targets: [
      {
        quantity: "inline code as shipped",
        value: shippedBytes,
        unit: "bytes",
        bound: "below",
        limit: 40_000,
      },
    ],
  };
}

/** Time to the first byte of an object, with a fresh cloud. Unit: milliseconds. */
export async function coldFirstByte(cloud: MeasuredCloud, object: SampleObject): Promise<number> {
  const source = fromGateway(await cloud.restart(), object.key);
  const { firstByteMilliseconds } = await timeDownload(source, object);
  source.close();
  return firstByteMilliseconds;
}

async function codeBytes(code: FunctionCode): Promise<number> {
  const files = await readArchive(downloadCode(code), projectFolder);
  return [...files.values()].reduce((sum, { content }) => sum + content.length, 0);
}
