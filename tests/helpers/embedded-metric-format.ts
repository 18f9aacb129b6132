import * as z from "zod/mini";

/**
 * The rules of CloudWatch's embedded metric format.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const units = [
  "Seconds",
  "Microseconds",
  "Milliseconds",
  "Bytes",
  "Percent",
  "Count",
  "Count/Second",
  "None",
];
const name = z.string().check(z.minLength(1), z.maxLength(1024), z.regex(/\S/));
const namespace = z.string().check(z.minLength(1), z.maxLength(255), z.regex(/^[0-9A-Za-z.\-_/#:\s]+$/));
const directive = z.object({
  Namespace: namespace,
  Dimensions: z.array(z.array(name).check(z.maxLength(30))).check(z.minLength(1)),
  Metrics: z
    .array(
      z.object({
        Name: name,
        Unit: z.optional(z.enum(units)),
        StorageResolution: z.optional(z.literal([1, 60])),
      }),
    )
    .check(z.minLength(1), z.maxLength(100)),
});
const metadata = z.object({
  Timestamp: z.int().check(z.positive()),
  CloudWatchMetrics: z.array(directive).check(z.minLength(1)),
});
const metricValue = z.union([z.number(), z.array(z.number()).check(z.minLength(1), z.maxLength(100))]);
const dimensionValue = z.string().check(z.minLength(1), z.maxLength(1024), z.regex(/^[\x20-\x7e]+$/));

/** One value with the series it belongs to. Format: `Namespace Name {Dimension=value}`. */
export interface PublishedMetric {
  readonly series: string;
  readonly unit: string | undefined;
  readonly value: number | readonly number[];
}

/**
 * What CloudWatch takes from a line of a log.
 *
 * @throws Error for a line that breaks the format, which CloudWatch would pass over in silence.
 */
export function publishedMetrics(line: Readonly<Record<string, unknown>>): PublishedMetric[] {
  const { CloudWatchMetrics: directives } = metadata.parse(line._aws);
  return directives.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((dimensionSet) => {
      const dimensions = dimensionSet.map((key) => `${key}=${dimensionValue.parse(line[key])}`);
      return Metrics.map(({ Name, Unit }) => ({
        series: `${Namespace} ${Name} {${dimensions.join(",")}}`,
        unit: Unit,
        value: metricValue.parse(line[Name]),
      }));
    }),
  );
}
