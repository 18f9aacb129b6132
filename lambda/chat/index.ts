import { createBedrockClient, openChat, readModelConfiguration } from "../../core/chat-stream/index.ts";
import { readCorsOrigins } from "../../core/cors.ts";
import { createChatHandler } from "./handler.ts";

const configuration = readModelConfiguration(process.env);
// Lambda hands an environment one request at a time.
const model = { ...configuration, client: createBedrockClient({ maxStreams: 1 }) };

/** What Lambda calls. */
export const handler = awslambda.streamifyResponse(
  createChatHandler({
    openChat: (request, signal) => openChat(request, model, signal),
    maxTokens: model.maxTokens,
    corsOrigins: readCorsOrigins(process.env),
    // console.log would put a time stamp and a level ahead of the JSON text.
    writeLog: (line) => process.stdout.write(`${line}\n`),
  }),
);
