import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { downloadFunctionArgs, type DownloadFunctionArgs } from "./download-function-args.ts";
import { NodeFunction } from "./node-function.ts";

const entry = join(import.meta.dirname, "..", "..", "lambda", "download", "index.ts");

/** The function that streams objects of one bucket: the code in `lambda/download`. */
export class DownloadFunction extends NodeFunction {
  constructor(name: string, args: DownloadFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      {
        description: "Streams objects from S3",
        entry,
        ...downloadFunctionArgs(args),
      },
      opts,
    );
  }
}
