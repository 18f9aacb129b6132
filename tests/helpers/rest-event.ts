import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import { accountId, region } from "./recorded-function.ts";

/**
 * The event of a request to a REST API.
 *
 * @param path After the stage, without a query string.
 * @param members What differs from a `GET` without headers, query and body.
 */
export function restEvent(path: string, members: Partial<RestProxyEvent> = {}): RestProxyEvent {
  const method = members.httpMethod ?? "GET";
  return {
    resource: "/{path+}",
    path,
    httpMethod: method,
    headers: { Host: `abc123.execute-api.${region}.amazonaws.com` },
    multiValueHeaders: { Host: [`abc123.execute-api.${region}.amazonaws.com`] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { path: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId,
      apiId: "abc123",
      resourceId: "resource",
      resourcePath: "/{path+}",
      httpMethod: method,
      path: `/dev${path}`,
      stage: "dev",
      requestId: "request",
      extendedRequestId: "extended",
      requestTime: "22/Nov/2026:05:09:25 +0000",
      requestTimeEpoch: 1795324165000,
      protocol: "HTTP/1.1",
      domainName: `abc123.execute-api.${region}.amazonaws.com`,
      domainPrefix: "abc123",
      identity: { sourceIp: "127.0.0.1", userAgent: null },
    },
    body: null,
    isBase64Encoded: false,
    ...members,
  };
}

/** The query string's members of an event. */
export function query(parameters: Readonly<Record<string, string>>): Partial<RestProxyEvent> {
  return {
    queryStringParameters: parameters,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [value]]),
    ),
  };
}
