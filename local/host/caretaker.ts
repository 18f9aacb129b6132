import { launch } from "./child-process.ts";

/** Waits for the end of its standard input, which is the host's, however that ends; then removes its arguments. */
const CARE = `read -r _; for _ in 1 2 3; do rm -rf -- "$@" && exit; sleep 1; done`;

/**
 * Has files and folders removed when this process is killed and can do nothing itself any more (SIGKILL).
 *
 * @returns Ends the care: the files are removed, or are to stay.
 */
export function removeWhenKilled(paths: readonly string[]): () => void {
  const caretaker = launch("/bin/sh", ["-c", CARE, "sh", ...paths], {
    stdio: ["pipe", "ignore", "ignore"],
    // Ctrl-C in the terminal is not for it.
    detached: true,
  });
  caretaker.unref();
  return () => caretaker.kill("SIGKILL");
}
