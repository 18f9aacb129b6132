import test from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";

test("the cloud's log keeps its newest entries, and tells each", (t) => {
  let told = 0;
  const log = new CloudLog(() => told++);
  for (let count = 0; count < 3 * CloudLog.keptEntries; count++) log.error("gateway", String(count));
  t.is(log.entries.length, CloudLog.keptEntries);
  t.is(log.entries.at(-1)?.message, String(3 * CloudLog.keptEntries - 1));
  t.is(told, 3 * CloudLog.keptEntries);
});
