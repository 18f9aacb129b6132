/** `index.mjs` with a streaming handler of this body, which sees `event`, `stream` and `context`. */
export function streaming(body: string, options = "undefined"): { "index.mjs": string } {
  return {
    "index.mjs": `
      import { pipeline } from "node:stream/promises";
      import { Readable } from "node:stream";
      const { HttpResponseStream } = awslambda;
      export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
        if (event === "again") return void stream.end("again");
        ${body}
      }, ${options});`,
  };
}

/** `index.mjs` with a handler of this body that returns its response whole. */
export function buffered(body: string): { "index.mjs": string } {
  return {
    "index.mjs": `
      export const handler = async (event, context) => {
        if (event === "again") return "again";
        ${body}
      };`,
  };
}
