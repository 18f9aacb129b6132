import { RuntimeError } from "./errors.mjs";

const { existsSync } = process.getBuiltinModule("node:fs");
const { createRequire } = process.getBuiltinModule("node:module");
const path = process.getBuiltinModule("node:path");
const { pathToFileURL } = process.getBuiltinModule("node:url");

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");

/** `awslambda.streamifyResponse`: marks a handler as one that writes to a stream. */
export function streamifyResponse(handler, options) {
  handler[STREAMING] = "response";
  if (typeof options?.highWaterMark === "number")
    handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
  return handler;
}

/**
 * Finds the function's code.
 *
 * @param name The configured handler. Format: `index.handler`, or `folder/index.nested.handler`.
 * @throws RuntimeError with the name Lambda gives each kind of failure, or what the code itself threw.
 */
export async function loadHandler(taskRoot, name) {
  if (name.includes(".."))
    throw malformedName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  const [, moduleName, exportPath] = /^([^.]*)\.(.*)$/.exec(path.basename(name)) ?? [];
  if (moduleName === undefined) throw malformedName("Bad handler");
  const folder = path.resolve(taskRoot, path.dirname(name));
  const handler = findExport(await loadModule(taskRoot, folder, moduleName), exportPath.split("."));
  if (handler === undefined || handler === null) throw notFound(`${name} is undefined or not exported`);
  if (typeof handler !== "function") throw notFound(`${name} is not a function`);
  return checkedHandler(handler);
}

function checkedHandler(handler) {
  const streaming = handler[STREAMING];
  if (streaming !== undefined && streaming !== "response") {
    throw new RuntimeError("Runtime.MalformedStreamingHandler", "Only response streaming is supported.");
  }
  if (streaming === undefined && handler.length >= 3) {
    throw new RuntimeError(
      "Runtime.CallbackHandlerDeprecated",
      "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.",
    );
  }
  return { handler, isStreaming: streaming === "response", highWaterMark: handler[HIGH_WATER_MARK] };
}

async function loadModule(taskRoot, folder, moduleName) {
  try {
    for (const extension of ["", ".js", ".mjs", ".cjs"]) {
      const file = path.join(folder, moduleName + extension);
      if (existsSync(file)) return await import(pathToFileURL(file).href);
    }
    const require = createRequire(import.meta.url);
    return require(require.resolve(moduleName, { paths: [taskRoot, folder] }));
  } catch (error) {
    throw asLoadError(error);
  }
}

function asLoadError(error) {
  if (error instanceof SyntaxError) {
    return Object.assign(new RuntimeError("Runtime.UserCodeSyntaxError", String(error)), {
      stack: error.stack,
    });
  }
  if (error?.code === "MODULE_NOT_FOUND") return new RuntimeError("Runtime.ImportModuleError", String(error));
  return error;
}

function findExport(module, exportPath) {
  const find = (root) =>
    exportPath.reduce((value, key) => (value && typeof value === "object" ? value[key] : undefined), root);
  return find(module) ?? find(module?.default);
}

function malformedName(message) {
  return new RuntimeError("Runtime.MalformedHandlerName", message);
}

function notFound(message) {
  return new RuntimeError("Runtime.HandlerNotFound", message);
}
