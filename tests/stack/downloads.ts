import test, { type ExecutionContext } from "ava";
import { call } from "./caller.ts";
import { outputs } from "./stack.ts";

/** What a download asks for beyond the object. */
interface DownloadInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Format: `?name=value`. */
  readonly query?: string;
}

/** One way to download: a function in one language, or the container. */
export interface DownloadWay {
  readonly name: string;
  readonly url: (key: string, query?: string) => string;
  /** A request of somebody whom the stack lets in. */
  readonly download: (key: string, init?: DownloadInit) => Promise<Response>;
}

/** Every way there is, and where it begins in a stack that has it. */
const baseUrls: Readonly<Record<string, string | undefined>> = {
  nodejs: lambdaUrl("/download"),
  "python-fastapi": lambdaUrl("/download-fastapi"),
  "python-stdlib": lambdaUrl("/download-stdlib"),
  container: outputs.chatApi && `${outputs.chatApi.url}/download`,
};

const ways: readonly DownloadWay[] = Object.entries(baseUrls).flatMap(([name, baseUrl]) =>
  baseUrl === undefined ? [] : [downloadWay(name, baseUrl)],
);

const missing = Object.keys(baseUrls).filter((name) => baseUrls[name] === undefined);
if (missing.length > 0) {
  // A deployed stack has what its owner wants; the local cloud of CI has everything.
  if (process.env.CI === "true" && outputs.local)
    throw new Error(`the stack cannot download by ${missing.join(", ")}`);
  console.log(`skipped: this stack cannot download by ${missing.join(", ")}`);
}

/**
 * A test of downloads, made once for every way the stack has: each has to answer the same. One at a time, because
 * functions that are asked at once start at once.
 */
export function downloadTest(
  title: string,
  run: (t: ExecutionContext, way: DownloadWay) => void | Promise<void>,
): void {
  for (const way of ways) test.serial(`${way.name}: ${title}`, (t) => run(t, way));
}

function lambdaUrl(path: string): string | undefined {
  const { url, routes } = outputs.downloadApi;
  return routes.includes(`GET ${path}/{key+}`) ? `${url}${path}` : undefined;
}

function downloadWay(name: string, baseUrl: string): DownloadWay {
  const url = (key: string, query = "") =>
    `${baseUrl}/${key.split("/").map(encodeURIComponent).join("/")}${query}`;
  return {
    name,
    url,
    download: (key, { query, ...init } = {}) => call(url(key, query), init),
  };
}
