import type { PolicyStatement } from "../policy-statement.ts";

/**
 * Handing segments to X-Ray, which knows no resources that the actions could be limited to.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
export const writeTracesStatement: PolicyStatement = {
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};
