import test from "ava";
import type { TestCloud } from "../helpers/local-cloud.ts";
import { logLines } from "../helpers/log-lines.ts";
import { functionLines, fuzzDownloads } from "./downloads.ts";

fuzzDownloads(test, {
  name: "function",
  share: 0.15,
  cloud: {},
  baseUrl: ({ downloadApi }) => `${downloadApi.url}/download`,
  linesOf: functionLines,
});

fuzzDownloads(test, {
  name: "container",
  share: 0.15,
  cloud: { chat: true },
  baseUrl: ({ chatApi }) => `${chatApi?.url}/download`,
  linesOf: containerLines,
});

/** All the containers' lines from the first about a request on, when Node.js has said all it has to say at a start. */
function containerLines(cloud: TestCloud): string[] {
  const lines = logLines(cloud, /^chat-(?!access|execution)/);
  return lines.slice(lines.findIndex((line) => line.includes('"route"')));
}
