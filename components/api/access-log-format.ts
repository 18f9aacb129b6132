/**
 * One JSON line a request. Holds the route (`resourcePath`), never the path: that has the object's key in it.
 * The streaming variables tell how long headers and first byte took.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-troubleshoot.html
 */
export const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  extendedRequestId: "$context.extendedRequestId",
  requestTime: "$context.requestTime",
  httpMethod: "$context.httpMethod",
  resourcePath: "$context.resourcePath",
  status: "$context.status",
  protocol: "$context.protocol",
  sourceIp: "$context.identity.sourceIp",
  // Who called: the one has a value with keys, the other with signatures.
  apiKeyId: "$context.identity.apiKeyId",
  userArn: "$context.identity.userArn",
  responseLength: "$context.responseLength",
  responseLatency: "$context.responseLatency",
  responseTransferMode: "$context.integration.responseTransferMode",
  timeToAllHeaders: "$context.integration.timeToAllHeaders",
  timeToFirstContent: "$context.integration.timeToFirstContent",
  integrationLatency: "$context.integration.latency",
  integrationStatus: "$context.integration.status",
  errorType: "$context.error.responseType",
});
