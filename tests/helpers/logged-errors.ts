import type { ExecutionContext } from "ava";
import type { CloudLog } from "../../local/logs/cloud-log.ts";

/**
 * Fails the test at its end for every error a local service has logged that the test did not take.
 *
 * @returns Takes the messages logged since the last call.
 */
export function expectNoOtherErrors(t: ExecutionContext, log: CloudLog, service: string): () => string[] {
  let taken = 0;
  const takeErrors = () => {
    const messages = log.entries.slice(taken).map(({ message }) => message);
    taken = log.entries.length;
    return messages;
  };
  t.teardown(() => {
    const unexpected = takeErrors();
    if (unexpected.length > 0) throw new Error(`The local ${service} logged: ${unexpected.join("\n")}`);
  });
  return takeErrors;
}
