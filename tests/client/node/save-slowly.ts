import { saveObject, type SaveOptions } from "../../../client/node/index.ts";

/* Saves an object range by range, so that a kill meets it under way. Its argument is the options as JSON. */

const options = JSON.parse(process.argv[2] ?? "{}") as SaveOptions;
await saveObject({
  ...options,
  concurrency: 2,
  fetch: async (...request) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return fetch(...request);
  },
});
