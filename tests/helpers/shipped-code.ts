import { join } from "node:path";
import type { asset } from "@pulumi/pulumi";
import ts from "typescript";
import { nodeFunctionCode } from "../../components/function/function-code.ts";
import { projectFolder } from "./recorded-program.ts";

/** A function's code as it is deployed. */
export interface ShippedCode {
  readonly bytes: number;
  /** What it imports beside Node.js's own modules. */
  readonly packages: readonly string[];
}

/** @param entry From the project's folder. Format: `lambda/download/index.ts`. */
export async function shippedCode(entry: string): Promise<ShippedCode> {
  const files = await nodeFunctionCode(join(projectFolder, entry)).assets;
  const text = await (files["index.mjs"] as asset.StringAsset).text;
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    bytes: Buffer.byteLength(text),
    packages: [...new Set(imported)].filter((name) => !name.startsWith("node:")),
  };
}
