import http from "node:http";
import { listenOnLoopback } from "../host/loopback.ts";

/** The port is taken by another program. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  readonly port: number;

  constructor(port: number, cause: unknown) {
    super(`port ${port} is in use by another program`, { cause });
    this.port = port;
  }
}

/** Node counts the request line in; well above API Gateway's own limits, so that the gateway answers by itself. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const IDLE_CONNECTION_MILLISECONDS = 310_000;

/**
 * Opens the port of a REST API on the loopback interface. It is opened before the program runs, because a
 * stage's invoke URL contains the port; until a gateway is attached every request is answered with 503.
 *
 * @param port 0 takes any free port.
 * @param onFault Called with each connection that could not be accepted.
 * @throws PortInUseError when another program listens on the port.
 */
export async function openListener(port: number, onFault?: (fault: string) => void): Promise<http.Server> {
  const listener = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: IDLE_CONNECTION_MILLISECONDS,
  });
  listener.on("request", (_request, response) => {
    if (listener.listenerCount("request") === 1) response.writeHead(503, { Connection: "close" }).end();
  });
  await listenOnLoopback(listener, { port, ...(onFault && { onFault }) }).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? new PortInUseError(port, error) : error;
  });
  return listener;
}
