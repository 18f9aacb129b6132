import { buffered, streaming } from "./handlers.ts";
import type { Row } from "./row.ts";

/** Writes for as long as there is someone to write to. */
const writesOn = `
  const source = (async function* () {
    for (;;) { yield "tick"; await new Promise((resolve) => setTimeout(resolve, 5)); }
  })();
  await pipeline(source, stream);`;

const writesOnce = `stream.write("a"); await new Promise((resolve) => setTimeout(resolve, 50)); stream.end("b");`;

export const connectionRows: readonly Row[] = [
  {
    title: "a connection that is reset mid-response ends the process",
    files: streaming(writesOn),
    interference: "reset",
    expected: { then: "exit 1" },
  },
  {
    title: "a connection that is closed mid-response ends the process",
    files: streaming(writesOn),
    interference: "finish",
    expected: { then: "exit 1" },
  },
  {
    title: "an early answer leaves the function to finish",
    files: streaming(writesOnce),
    interference: "answer early",
    expected: { then: "served" },
  },
  {
    title: "an early answer that closes the connection ends the response and not the process",
    files: streaming(writesOn),
    interference: "answer early and close",
    expected: { then: "served" },
  },
  {
    title: "a poll that is refused ends the process",
    files: buffered(""),
    poll: "refuse",
    expected: { then: "ended" },
  },
  {
    title: "a poll that is dropped ends the process",
    files: buffered(""),
    poll: "drop",
    expected: { then: "exit 1" },
  },
  {
    title: "a Runtime API that is not there ends the process",
    files: buffered(""),
    variables: { AWS_LAMBDA_RUNTIME_API: "127.0.0.1:1" },
    expected: { then: "exit 1" },
  },
  {
    title: "an event that is not JSON ends the process",
    files: buffered(""),
    event: "{",
    expected: { then: "exit 1" },
  },
  {
    title: "a SIGTERM ends the process while it waits",
    files: buffered(""),
    endAtPoll: "SIGTERM",
    expected: { then: "signal SIGTERM" },
  },
];
