/**
 * The metrics a chat task publishes (CloudWatch embedded metric format) and the service scales on. One definition, because
 * a target-tracking policy that names another namespace or dimension than the tasks publish finds no data, and then never
 * scales at all.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export const chatMetrics = {
  namespace: "Streamgate/Chat",
  /** The one dimension: all tasks of a service publish under the same value, so their average is streams per task. */
  dimension: "Service",
  /** How often the gauge is published, zeros included: a metric without data never scales in. Unit: seconds. */
  periodSeconds: 30,
  names: {
    concurrentStreams: "ConcurrentStreams",
    timeToFirstToken: "TimeToFirstToken",
    interTokenGap: "InterTokenGap",
    tokensOut: "TokensOut",
    errors: "Errors",
  },
} as const;
