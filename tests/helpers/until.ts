import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits for something that another process or a later tick brings about. The limit is there for what never comes: a busy
 * machine may take long for the rest.
 *
 * @returns The first value that is neither `undefined` nor `false`.
 * @throws Error when that takes longer than `seconds`.
 */
export async function until<T>(
  read: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${read.toString()}`);
    await sleep(20);
  }
}
