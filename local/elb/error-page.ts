import type { ServerResponse } from "node:http";

/** The statuses a load balancer answers by itself, with the reasons it gives. */
const reasons = {
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
} as const;

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
export type ErrorPageStatus = keyof typeof reasons;

/** Answers with the load balancer's own page. */
export function sendErrorPage(response: ServerResponse, statusCode: ErrorPageStatus): void {
  const title = `${statusCode} ${reasons[statusCode]}`;
  const page = [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
  response
    .writeHead(statusCode, reasons[statusCode], {
      Server: "awselb/2.0",
      "Content-Type": "text/html",
      "Content-Length": Buffer.byteLength(page),
    })
    .end(page);
}
