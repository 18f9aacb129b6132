import { once } from "node:events";
import { basename } from "node:path";
import { SingleBar } from "cli-progress";
import { downloadObject, type DownloadOptions } from "../download/download-object.ts";
import type { DownloadProgress } from "../download/progress.ts";
import { saveObject } from "../node/save-object.ts";
import { sha256 } from "../node/sha256.ts";
import { locateApi } from "./api-location.ts";
import type { CommandContext } from "./command-context.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** `download KEY`. */
export async function download({ args, environment, signal }: CommandContext): Promise<number> {
  const [key, ...others] = args.words;
  if (key === undefined || others.length > 0) throw new UsageError("download takes one key.");
  const { downloadUrl, authorizer, source } = await locateApi(args, environment);
  if (downloadUrl === undefined) throw new UsageError(`${source} has no download API.`);
  const report = progressReport(args.json, args.output === "-");
  const options: DownloadOptions = {
    url: `${downloadUrl}/${args.route}`,
    key,
    authorizer,
    signal,
    onProgress: report.show,
    ...(args.concurrency !== undefined && { concurrency: args.concurrency }),
  };
  try {
    if (args.output === "-") {
      await writeToStandardOutput(options);
    } else {
      const file = args.output ?? fileNameOf(key);
      const saved = await saveObject({ ...options, file, resume: args.resume });
      report.end();
      const { size } = saved.object;
      if (args.json) console.log(JSON.stringify({ ...saved, object: undefined, bytes: size }));
      else console.error(`${saved.file}: ${size} bytes, ${verdict(saved.isVerified)}`);
    }
    return exitCodes.done;
  } finally {
    report.end();
  }
}

function verdict(isVerified: boolean): string {
  return isVerified ? "SHA-256 as the API sent it" : "the API sent no SHA-256 to compare";
}

function fileNameOf(key: string): string {
  const name = basename(key);
  if (name === "" || name === "." || name === "..") {
    throw new UsageError(`"${key}" makes no file name: give one with --output.`);
  }
  return name;
}

async function writeToStandardOutput(options: DownloadOptions): Promise<void> {
  const object = await downloadObject({ ...options, createHash: sha256 });
  for await (const chunk of object.stream()) {
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain", { signal: options.signal });
  }
}

interface ProgressReport {
  readonly show: (progress: DownloadProgress) => void;
  readonly end: () => void;
}

/** A bar on a terminal, JSON lines for machines, else nothing. */
function progressReport(isJson: boolean, isData: boolean): ProgressReport {
  if (isJson && !isData) {
    return { show: (progress) => console.log(JSON.stringify({ progress })), end: () => undefined };
  }
  if (isJson || !process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: "{bar} {percentage} % | {megabytes} MB | {rate} MB/s | {ranges} ranges | {left} s left",
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    show({ receivedBytes, totalBytes = receivedBytes, bytesPerSecond, remainingSeconds, openRanges }) {
      const fields = {
        megabytes: (receivedBytes / 1e6).toFixed(1),
        rate: (bytesPerSecond / 1e6).toFixed(1),
        ranges: openRanges,
        left: remainingSeconds === undefined ? "?" : Math.ceil(remainingSeconds),
      };
      if (!isStarted) bar.start(totalBytes, receivedBytes, fields);
      isStarted = true;
      bar.update(receivedBytes, fields);
    },
    end: () => bar.stop(),
  };
}
