import type { ExecutionContext } from "ava";
import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import type { DownloadLogFields } from "../../core/object-stream/index.ts";
import { createDownloadHandler, type DownloadHandlerOptions } from "../../lambda/download/handler.ts";
import type { InvocationLogEntry } from "../../lambda/request-log.ts";
import { fakeAwsLambda, FakeResponseStream } from "./fake-response-stream.ts";
import { startScriptedS3, type Script, type ScriptedS3 } from "./scripted-s3.ts";

/** A download event. `headers` and `query` are single-valued. */
export function downloadEvent({
  method = "GET",
  path = "/download/k.txt",
  resource = "/download/{key+}",
  headers = {},
  query = {},
}: {
  method?: string;
  path?: string;
  resource?: string;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
} = {}): RestProxyEvent {
  const multiValued = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return {
    resource,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: multiValued(headers),
    queryStringParameters: query,
    multiValueQueryStringParameters: multiValued(query),
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: "api",
      resourceId: "resource",
      resourcePath: resource,
      httpMethod: method,
      path: `/dev${path}`,
      stage: "dev",
      requestId: "gateway-request",
      extendedRequestId: "extended",
      requestTime: "22/Nov/2026:05:09:25 +0000",
      requestTimeEpoch: 0,
      protocol: "HTTP/1.1",
      domainName: "api.example",
      domainPrefix: "api",
      identity: { sourceIp: "192.0.2.1", userAgent: null },
    },
    body: null,
    isBase64Encoded: false,
  };
}

export interface DownloadFunction extends ScriptedS3 {
  readonly log: (InvocationLogEntry & DownloadLogFields)[];
  /** Starts an invocation; `done` resolves with what the handler threw, if it did. */
  readonly invoke: (event?: RestProxyEvent) => { stream: FakeResponseStream; done: Promise<unknown> };
}

/** The download function over a scripted S3. */
export async function startDownloadFunction(
  t: ExecutionContext,
  script: Script,
  options: Partial<DownloadHandlerOptions> & { readonly keyPrefix?: string } = {},
): Promise<DownloadFunction> {
  const s3 = await startScriptedS3(t, script);
  globalThis.awslambda = fakeAwsLambda;
  const log: DownloadFunction["log"] = [];
  const { keyPrefix = "", ...handlerOptions } = options;
  const handler = createDownloadHandler({
    store: { ...s3.store, keyPrefix },
    logKeys: false,
    writeLog: (line) => log.push(JSON.parse(line) as DownloadFunction["log"][number]),
    ...handlerOptions,
  });
  const invoke = (event = downloadEvent()) => {
    const stream = new FakeResponseStream();
    const done = handler(event, stream, { awsRequestId: "lambda-request" }).catch((error: unknown) => error);
    return { stream, done };
  };
  return { ...s3, log, invoke };
}
