import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { invokeOptions, regionOf } from "../look-up.ts";
import { webAdapterLayerArn, webAdapterVariables } from "./web-adapter.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "./lambda-function.ts";
import { pythonFunctionCode, type PythonFunctionCodeArgs } from "./python-function-code.ts";
import { defaultPythonVersion, type PythonVersion } from "./python-packages.ts";

/** Arguments of every Python function. */
export interface PythonFunctionArgs
  extends LambdaFunctionArgs, Pick<PythonFunctionCodeArgs, "files" | "startupScript"> {
  /** Lambda's runtime, for which the packages are vendored. Default: 3.13. */
  readonly pythonVersion?: PythonVersion;
}

const runtimes: { readonly [version in PythonVersion]: aws.lambda.Runtime } = {
  "3.12": aws.lambda.Runtime.Python3d12,
  "3.13": aws.lambda.Runtime.Python3d13,
  "3.14": aws.lambda.Runtime.Python3d14,
};

/**
 * A Python function that is an HTTP server, behind the Lambda Web Adapter: that streams what the server answers, which
 * Lambda's own Python runtime cannot. It has a role and a log group of its own.
 */
export class PythonFunction extends LambdaFunction {
  /** @throws InputError when the packages the code needs cannot be had. */
  constructor(name: string, args: PythonFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { files, startupScript, architecture, pythonVersion = defaultPythonVersion } = args;
    const region = regionOf(invokeOptions(opts));
    const code = {
      runtime: runtimes[pythonVersion],
      handler: startupScript,
      code: pythonFunctionCode({ files, startupScript, architecture, pythonVersion }),
      layers: [region.apply((name) => webAdapterLayerArn(name, architecture))],
    };
    const environment = { ...webAdapterVariables, ...args.environment };
    super("streamgate:parts:PythonFunction", name, code, { ...args, environment }, opts);
  }
}
