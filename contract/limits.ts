/** One documented AWS limit: its value, the unit it is counted in, and the page that states it. */
export interface Limit {
  readonly value: number;
  readonly unit: "bytes" | "bytes per second" | "milliseconds" | "characters";
  readonly source: string;
}

const MiB = 1024 * 1024;
const MINUTE = 60_000;

const gatewayQuotas =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html";
const gatewayStreaming =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html";
const gatewayStreamingLambda =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html";
const lambdaQuotas = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const lambdaStreaming = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html";

/**
 * The AWS limits that shape a streamed or buffered response. The local cloud enforces them; the components and
 * the functions stay inside them. AWS writes "MB" throughout; binary megabytes are the reading Lambda's own
 * runtime interface emulator takes.
 */
export const limits = {
  gatewayRequestBytes: { value: 10 * MiB, unit: "bytes", source: gatewayQuotas },
  gatewayRequestHeaderBytes: { value: 10_240, unit: "bytes", source: gatewayQuotas },
  gatewayUrlCharacters: { value: 10_240, unit: "characters", source: gatewayQuotas },
  gatewayMinTimeoutMilliseconds: { value: 50, unit: "milliseconds", source: gatewayQuotas },
  gatewayBufferedResponseBytes: { value: 10 * MiB, unit: "bytes", source: gatewayQuotas },
  gatewayBufferedTimeoutMilliseconds: { value: 29_000, unit: "milliseconds", source: gatewayQuotas },
  gatewayStreamTimeoutMilliseconds: { value: 15 * MINUTE, unit: "milliseconds", source: gatewayStreaming },
  gatewayStreamIdleMilliseconds: { value: 5 * MINUTE, unit: "milliseconds", source: gatewayStreaming },
  gatewayStreamBurstBytes: { value: 10 * MiB, unit: "bytes", source: gatewayStreaming },
  gatewayStreamBytesPerSecond: { value: 2 * MiB, unit: "bytes per second", source: gatewayStreaming },
  gatewayPreludeBytes: { value: 16 * 1024, unit: "bytes", source: gatewayStreamingLambda },
  lambdaRequestBytes: { value: 6 * MiB, unit: "bytes", source: lambdaQuotas },
  lambdaBufferedResponseBytes: { value: 6 * MiB + 100, unit: "bytes", source: lambdaQuotas },
  lambdaStreamedResponseBytes: { value: 200 * MiB, unit: "bytes", source: lambdaStreaming },
  lambdaStreamBurstBytes: { value: 6 * MiB, unit: "bytes", source: lambdaStreaming },
  lambdaStreamBytesPerSecond: { value: 2 * MiB, unit: "bytes per second", source: lambdaStreaming },
  lambdaInitMilliseconds: {
    value: 10_000,
    unit: "milliseconds",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
  },
  lambdaTimeoutMilliseconds: { value: 15 * MINUTE, unit: "milliseconds", source: lambdaQuotas },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;

/** The limits as plain numbers, the form in which the local cloud takes them (tests scale single ones down). */
export type LimitValues = { readonly [name in LimitName]: number };

export const awsLimitValues = Object.fromEntries(
  Object.entries(limits).map(([name, limit]) => [name, limit.value]),
) as LimitValues;

/**
 * The largest object one Lambda response carries. Lambda documents 200 MB; the decimal reading is the smaller
 * one, so an object this size arrives whole whichever reading AWS applies.
 */
export const LARGEST_LAMBDA_DOWNLOAD_BYTES = 200_000_000;
