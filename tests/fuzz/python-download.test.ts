import { pythonCloudTest } from "../helpers/python-download.ts";
import { functionLines, fuzzDownloads } from "./downloads.ts";

/* What reads the request in Python is another program: nothing that holds for Node.js says anything of it. */

for (const [runtime, route] of Object.entries({
  "python-fastapi": "download-fastapi",
  "python-stdlib": "download-stdlib",
})) {
  fuzzDownloads(pythonCloudTest, {
    name: runtime,
    share: 0.05,
    cloud: { config: [`runtimes=["${runtime}"]`, "lambdaChat=false"] },
    baseUrl: ({ downloadApi }) => `${downloadApi.url}/${route}`,
    linesOf: functionLines,
  });
}
