import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import type { ObjectRequest } from "../../core/object-stream/index.ts";
import { headersOf } from "../event-headers.ts";

/** The request in the form `openObject` takes. */
export function readRequest(event: RestProxyEvent): ObjectRequest {
  const { disposition, filename } = event.queryStringParameters ?? {};
  return {
    method: event.httpMethod === "HEAD" ? "HEAD" : "GET",
    headers: headersOf(event),
    parameters: {
      ...(disposition !== undefined && { disposition }),
      ...(filename !== undefined && { filename }),
    },
  };
}

/**
 * The object key as the client encoded it: what follows the route's fixed part in the path. `pathParameters` is
 * no use, as API Gateway may have decoded it once already. A custom domain's base path may stand before the route.
 */
export function encodedKeyOf({ path, resource }: RestProxyEvent): string {
  const fixedPart = resource.slice(0, resource.indexOf("{"));
  const start = path.indexOf(fixedPart);
  return start < 0 ? "" : path.slice(start + fixedPart.length);
}
