import { createServer, type RequestListener, type Server } from "node:http";
import { chatServiceTimes } from "../contract/chat-service-times.ts";

const keepAliveMilliseconds = chatServiceTimes.keepAliveSeconds * 1000;
/** The load balancer opens connections ahead of requests, and Node.js counts from when a connection was opened. */
const headersMilliseconds = keepAliveMilliseconds + 10_000;
/** Until a request has come in, body and all; how long its answer takes is not limited. Node.js wants it above the headers' time. */
const requestMilliseconds = headersMilliseconds + 10_000;

/**
 * What the load balancer lets through. The gateway's own limits are no bound: it may escape characters that its caller had
 * not.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
const LARGEST_HEAD_BYTES = 64 * 1024;

/** A server with the timeouts and limits that go with a load balancer in front of it. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMilliseconds,
      headersTimeout: headersMilliseconds,
      requestTimeout: requestMilliseconds,
      maxHeaderSize: LARGEST_HEAD_BYTES,
    },
    listener,
  );
  // Node.js silently drops headers from the 1,000th on. The size of all is limited above.
  server.maxHeadersCount = 0;
  return server;
}
