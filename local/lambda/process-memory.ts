import { readFile } from "node:fs/promises";
import { outputOf } from "../host/child-process.ts";

export interface ProcessMemory {
  readonly residentBytes: number;
  /** The most the process has ever held, where the system keeps count; `residentBytes` elsewhere. */
  readonly peakBytes: number;
}

/** @returns `undefined` when the process is gone. */
export async function processMemory(pid: number): Promise<ProcessMemory | undefined> {
  try {
    return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<ProcessMemory | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kibibytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  const residentBytes = kibibytes("VmRSS") * 1024;
  // A process that has ended but not been waited for has no memory fields.
  if (Number.isNaN(residentBytes)) return undefined;
  return { residentBytes, peakBytes: kibibytes("VmHWM") * 1024 };
}

async function fromPs(pid: number): Promise<ProcessMemory> {
  const output = await outputOf("ps", ["-o", "rss=", "-p", String(pid)]);
  const residentBytes = Number(output.trim()) * 1024;
  return { residentBytes, peakBytes: residentBytes };
}
