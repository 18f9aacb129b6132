import { type RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { recordedResource } from "./recorded-resource.ts";

export const accountId = "123456789012";
export const region = "eu-central-1";

/** The API whose calls `recordedPermission` lets through. */
export const callerArn = `arn:aws:execute-api:${region}:${accountId}:abc123/dev/GET/download`;

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/**
 * A recorded `aws:lambda/function:Function`.
 *
 * @param source The text of `index.mjs`.
 */
export function recordedFunction(
  name: string,
  source: string,
  inputs: Readonly<Record<string, unknown>> = {},
): RecordedResource {
  return recordedResource(
    "aws:lambda/function:Function",
    name,
    {
      code: archiveOf({ "index.mjs": source }),
      handler: "index.handler",
      runtime: "nodejs24.x",
      role: `arn:aws:iam::${accountId}:role/${name}`,
      ...inputs,
    },
    { name, arn: functionArn(name) },
  );
}

/** An archive in the shape of Pulumi's `AssetArchive` of `StringAsset`s. */
export function archiveOf(files: Readonly<Record<string, string>>): unknown {
  const assets = Object.entries(files).map(([path, text]) => [path, { text: Promise.resolve(text) }]);
  return { assets: Promise.resolve(Object.fromEntries(assets)) };
}

/** A recorded `aws:lambda/permission:Permission` for API Gateway. */
export function recordedPermission(
  functionName: string,
  inputs: Readonly<Record<string, unknown>> = {},
): RecordedResource {
  return recordedResource("aws:lambda/permission:Permission", `${functionName}-permission`, {
    action: "lambda:InvokeFunction",
    function: functionName,
    principal: "apigateway.amazonaws.com",
    sourceArn: `arn:aws:execute-api:${region}:${accountId}:abc123/*/*`,
    ...inputs,
  });
}

/** A graph of one function that API Gateway may invoke. */
export function graphOfFunction(
  name: string,
  source: string,
  inputs: Readonly<Record<string, unknown>> = {},
): ResourceGraph {
  return new ResourceGraph([recordedFunction(name, source, inputs), recordedPermission(name)]);
}
