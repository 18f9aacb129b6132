import { buffered } from "./handlers.ts";
import type { Observation, Row } from "./row.ts";

function returned(body: string): Observation {
  return { post: { to: "response", contentType: "application/json", body }, then: "served" };
}

function failed(errorType: string, errorMessage: string): Observation {
  return {
    post: { to: "error", contentType: "application/json", body: "", error: { errorType, errorMessage } },
    then: "served",
  };
}

export const bufferedRows: readonly Row[] = [
  {
    title: "a returned object is JSON",
    files: buffered(`return { statusCode: 200, body: event.name };`),
    event: '{"name":"Ada"}',
    expected: returned('{"statusCode":200,"body":"Ada"}'),
  },
  {
    title: "a returned undefined is null",
    files: buffered(`return undefined;`),
    expected: returned("null"),
  },
  {
    title: "a handler need not be async",
    files: { "index.mjs": `export const handler = () => "plain";` },
    expected: returned('"plain"'),
  },
  {
    title: "an event of 6 MB arrives",
    files: buffered(`return event.text.length;`),
    event: JSON.stringify({ text: "x".repeat(6 * 1024 * 1024 - 11) }),
    expected: returned(String(6 * 1024 * 1024 - 11)),
  },
  {
    title: "a thrown error is posted",
    files: buffered(`throw new RangeError("no");`),
    expected: failed("RangeError", "no"),
  },
  {
    title: "a thrown string is posted",
    files: buffered(`throw "no";`),
    expected: failed("string", "no"),
  },
  {
    title: "a value that is no JSON is an error",
    files: buffered(`return 1n;`),
    expected: failed("Runtime.JSONStringifyError", "Unable to stringify response body"),
  },
  {
    title: "a rejection nobody handles ends the process before the response",
    files: buffered(`void Promise.reject(new Error("loose")); return "never";`),
    expected: { then: "exit 1" },
  },
  {
    title: "the context holds what Lambda knows",
    files: buffered(`
      const { getRemainingTimeInMillis, ...rest } = context;
      const remaining = getRemainingTimeInMillis();
      return { rest, isCounting: remaining > 800_000 && remaining <= 900_000, trace: process.env._X_AMZN_TRACE_ID };`),
    expected: returned(
      JSON.stringify({
        rest: {
          invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:probe",
          awsRequestId: "11111111-1111-1111-1111-111111111111",
          xRayTraceId: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
          functionName: "probe",
          functionVersion: "$LATEST",
          memoryLimitInMB: "128",
          logGroupName: "/aws/lambda/probe",
          logStreamName: "2026/11/22/[$LATEST]0",
        },
        isCounting: true,
        trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
      }),
    ),
  },
  {
    title: "a console line has time, request id and level",
    files: buffered(`console.log("a %s\\nb", "word", { c: 1 }); console.error("bad"); return null;`),
    logs: true,
    expected: { ...returned("null"), stdout: "TIME\tID\tINFO\ta word\rb { c: 1 }\nTIME\tID\tERROR\tbad\n" },
  },
  {
    title: "a console line is JSON where the function asks for it",
    files: buffered(`console.log({ c: 1 }); console.warn("a", "b"); console.debug("hidden"); return null;`),
    variables: { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "INFO" },
    logs: true,
    expected: {
      ...returned("null"),
      stdout:
        '{"timestamp":"TIME","level":"INFO","requestId":"ID","message":{"c":1}}\n' +
        '{"timestamp":"TIME","level":"WARN","requestId":"ID","message":"a b"}\n',
    },
  },
];
