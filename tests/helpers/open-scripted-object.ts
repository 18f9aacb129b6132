import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import {
  ObjectReader,
  openObject,
  readDownloadPlan,
  type ObjectAnswer,
  type OpenObjectOptions,
} from "../../core/object-stream/index.ts";
import { startScriptedS3, type Script, type ScriptedS3 } from "./scripted-s3.ts";

/** A download's request, each header in one line. */
export interface ScriptedRequest {
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface OpenedScript extends ScriptedS3 {
  readonly reader: ObjectReader;
  /** Ends what is still open. */
  readonly stop: AbortController;
  readonly open: (request?: ScriptedRequest, options?: OpenObjectOptions) => Promise<ObjectAnswer>;
}

/** An object of a scripted S3, ready to be asked for. */
export async function scriptObject(
  t: ExecutionContext,
  script: Script,
  { key = "k.txt", clientConfig = {} }: { key?: string; clientConfig?: S3ClientConfig } = {},
): Promise<OpenedScript> {
  const s3 = await startScriptedS3(t, script, clientConfig);
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const reader = new ObjectReader(s3.store, key, stop.signal);
  const open = async (
    { method = "GET", headers = {}, parameters = {} }: ScriptedRequest = {},
    options: OpenObjectOptions = {},
  ) => {
    const lines = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    return openObject(readDownloadPlan({ method, headers: lines, query: parameters }), reader, options);
  };
  return { ...s3, reader, stop, open };
}

export async function readAll(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
