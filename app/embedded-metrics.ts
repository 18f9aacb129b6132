/** A unit CloudWatch knows; those used here. */
export type MetricUnit = "Count" | "Milliseconds";

/** One value of one metric. */
export interface MetricValue {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly value: number;
}

/** Under what values are published. */
export interface MetricSeries {
  readonly namespace: string;
  readonly dimension: string;
  readonly dimensionValue: string;
}

/**
 * A log line from which CloudWatch Logs takes metrics: its embedded metric format.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param timestamp Milliseconds since 1970.
 */
export function embeddedMetrics(
  { namespace, dimension, dimensionValue }: MetricSeries,
  values: readonly MetricValue[],
  timestamp: number,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[dimension]],
          Metrics: values.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    [dimension]: dimensionValue,
    ...Object.fromEntries(values.map(({ name, value }) => [name, value])),
  });
}
