// Starts a watched process, writes its id, and waits to be killed.
import { SandboxProcess } from "../../local/lambda/sandbox-process.ts";

const { pid } = new SandboxProcess({
  command: ["sleep", "60"],
  folder: "/",
  variables: { PATH: process.env["PATH"] ?? "" },
  onLine: () => {},
  isWatched: true,
});
console.log(pid);
