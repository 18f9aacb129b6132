import type { CloudLog } from "../logs/cloud-log.ts";
import type { RequestContext } from "./request-context.ts";

/** Reports a failed request. Names it by its resource, never by its path, which holds what the client asked for. */
export function logFault(log: CloudLog, context: RequestContext, fault: string): void {
  const { httpMethod, route, requestId } = context;
  const resourcePath = route?.resource.path ?? "an unknown resource";
  log.error("gateway", `${httpMethod} ${resourcePath} (request ${requestId}): ${fault}`);
}
