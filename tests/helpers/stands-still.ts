import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MILLISECONDS = 25;
const READS = 12;

/** Waits until a counter has not moved for 300 ms. Returns where it stands. */
export async function standsStill(read: () => number): Promise<number> {
  let value = read();
  for (let unchanged = 0; unchanged < READS; unchanged += 1) {
    await sleep(PAUSE_MILLISECONDS);
    const now = read();
    if (now !== value) unchanged = 0;
    value = now;
  }
  return value;
}
