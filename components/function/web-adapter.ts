import { InputError } from "../input-error.ts";

/** The processors functions run on, by Lambda's names. */
export type Architecture = "arm64" | "x86_64";

/** Version 1.0.0 of the adapter. Source: https://github.com/aws/aws-lambda-web-adapter/blob/v1.0.0/README.md */
const LAYER_VERSION = 27;

/** The account that publishes the layer. Source: the same page. */
const LAYER_ACCOUNT = "753240598075";

const layerNames: { readonly [architecture in Architecture]: string } = {
  arm64: "LambdaAdapterLayerArm64",
  x86_64: "LambdaAdapterLayerX86",
};

/**
 * The official layer of the Lambda Web Adapter, which passes what a function is asked on to an HTTP server in it.
 *
 * @throws InputError outside AWS's commercial Regions, where another account publishes it, for one processor or not at all.
 */
export function webAdapterLayerArn(region: string, architecture: Architecture): string {
  if (/^(?:cn|us-gov|[a-z]+-iso[a-z]?)-/.test(region)) {
    throw new InputError(
      `The Lambda Web Adapter's layer is not known in ${region}: Python functions need one of AWS's commercial Regions.`,
    );
  }
  return `arn:aws:lambda:${region}:${LAYER_ACCOUNT}:layer:${layerNames[architecture]}:${LAYER_VERSION}`;
}

/**
 * Environment variables of the adapter and its wrapper script. Compression stays off: it is not set.
 *
 * Source: https://aws.github.io/aws-lambda-web-adapter/configuration/environment-variables.html
 */
export const webAdapterVariables = {
  /** Makes Lambda start the function by the layer's wrapper, which runs the handler as a program. */
  AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap",
  /** The adapter takes any other word for "buffered", without a complaint. */
  AWS_LWA_INVOKE_MODE: "response_stream",
  /** Port of the function's server. */
  AWS_LWA_PORT: "8080",
  /** Asked every 10 ms until it is answered. */
  AWS_LWA_READINESS_CHECK_PATH: "/ready",
} as const;
