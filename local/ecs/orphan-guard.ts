import { spawn } from "node:child_process";

/**
 * Ends a process group when the local cloud is gone without having stopped it: the guard's input ends with the process
 * that holds its other end.
 *
 * @param groupId The process that leads the group.
 * @returns Ends the guard.
 */
export function guardAgainstOrphan(groupId: number): () => void {
  const guard = spawn("/bin/sh", ["-c", 'read -r _; kill -KILL -- "-$0"', String(groupId)], {
    stdio: ["pipe", "ignore", "ignore"],
    // Ctrl-C in the terminal must not end the guard before what it guards.
    detached: true,
  });
  guard.on("error", () => {});
  return () => guard.kill("SIGKILL");
}
