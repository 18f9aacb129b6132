import test from "ava";
import type { TestCloud } from "../helpers/local-cloud.ts";
import { logLines } from "../helpers/log-lines.ts";
import { functionLines, fuzzDownloads, linesAfterStart } from "./downloads.ts";

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

function containerLines(cloud: TestCloud): string[] {
  return linesAfterStart(logLines(cloud, /^chat-(?!access|execution)/), (line) => line.includes('"route"'));
}
