import type { Observation, Row } from "./row.ts";

const loaded: Observation = {
  post: { to: "response", contentType: "application/json", body: '"loaded"' },
  then: "served",
};

function initFailed(errorType: string): Observation {
  return { initError: errorType, then: "exit 1" };
}

const silentExit: Observation = { then: "exit 1" };

export const loadingRows: readonly Row[] = [
  {
    title: "a .mjs module loads",
    files: { "index.mjs": `export const handler = async () => "loaded";` },
    expected: loaded,
  },
  {
    title: "a .cjs module loads",
    files: { "index.cjs": `exports.handler = async () => "loaded";` },
    expected: loaded,
  },
  {
    title: "a .js module loads as CommonJS",
    files: { "index.js": `exports.handler = async () => "loaded";` },
    expected: loaded,
  },
  {
    title: "a module in a folder loads",
    files: { "sub/folder/index.mjs": `export const handler = async () => "loaded";` },
    handler: "sub/folder/index.handler",
    expected: loaded,
  },
  {
    title: "a nested export is found",
    files: { "index.mjs": `export const api = { v1: { handler: async () => "loaded" } };` },
    handler: "index.api.v1.handler",
    expected: loaded,
  },
  {
    title: "an export of the default export is found",
    files: { "index.mjs": `export default { handler: async () => "loaded" };` },
    expected: loaded,
  },
  {
    title: "top-level await is waited for",
    files: {
      "index.mjs": `const word = await Promise.resolve("loaded"); export const handler = async () => word;`,
    },
    expected: loaded,
  },
  {
    title: "a handler that is not exported",
    files: { "index.mjs": `export const other = 1;` },
    expected: initFailed("Runtime.HandlerNotFound"),
  },
  {
    title: "a handler that is no function",
    files: { "index.mjs": `export const handler = "text";` },
    expected: initFailed("Runtime.HandlerNotFound"),
  },
  {
    title: "a module that is not there",
    files: {},
    expected: initFailed("Runtime.ImportModuleError"),
  },
  {
    title: "a package that CommonJS does not find",
    files: { "index.cjs": `require("not-there");` },
    expected: initFailed("Runtime.ImportModuleError"),
  },
  {
    title: "a package that an ES module does not find",
    files: { "index.mjs": `import "not-there";` },
    expected: initFailed("Error"),
  },
  {
    title: "code that does not parse",
    files: { "index.mjs": `export const handler = ;` },
    expected: initFailed("Runtime.UserCodeSyntaxError"),
  },
  {
    title: "code that throws while it loads",
    files: { "index.mjs": `throw new RangeError("at once");` },
    expected: initFailed("RangeError"),
  },
  {
    title: "a handler name without a dot",
    files: {},
    handler: "index",
    expected: initFailed("Runtime.MalformedHandlerName"),
  },
  {
    title: "a handler name that climbs out",
    files: {},
    handler: "../index.handler",
    expected: initFailed("Runtime.MalformedHandlerName"),
  },
  {
    title: "a handler with a callback",
    files: { "index.mjs": `export const handler = (event, context, callback) => callback(null, "x");` },
    expected: initFailed("Runtime.CallbackHandlerDeprecated"),
  },
  {
    title: "a streaming marker that is not known",
    files: {
      "index.mjs": `export const handler = async () => {};
        handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "request";`,
    },
    expected: initFailed("Runtime.MalformedStreamingHandler"),
  },
  ...["AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "_HANDLER"].map((name) => ({
    title: `no ${name}`,
    files: { "index.mjs": `export const handler = async () => "loaded";` },
    variables: { [name]: undefined },
    expected: silentExit,
  })),
];
