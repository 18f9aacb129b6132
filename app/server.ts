import { createServer, type RequestListener, type Server } from "node:http";
import { chatServiceTimes } from "../contract/chat-service-times.ts";
import { limits } from "../contract/limits.ts";

const keepAliveMilliseconds = chatServiceTimes.keepAliveSeconds * 1000;
/** The load balancer opens connections ahead of requests, and Node.js counts from when a connection was opened. */
const headersMilliseconds = keepAliveMilliseconds + 10_000;
/** Until a request has come in, body and all; how long its answer takes is not limited. Node.js wants it above the headers' time. */
const requestMilliseconds = headersMilliseconds + 10_000;

/** What the gateway lets through, in the path and in headers, and what it and the load balancer add. */
const LARGEST_HEAD_BYTES =
  limits.gatewayUrlCharacters.value + limits.gatewayRequestHeaderBytes.value + 4 * 1024;

/** A server with the timeouts and limits that go with a load balancer in front of it. */
export function createHttpServer(listener: RequestListener): Server {
  return createServer(
    {
      keepAliveTimeout: keepAliveMilliseconds,
      headersTimeout: headersMilliseconds,
      requestTimeout: requestMilliseconds,
      maxHeaderSize: LARGEST_HEAD_BYTES,
    },
    listener,
  );
}
