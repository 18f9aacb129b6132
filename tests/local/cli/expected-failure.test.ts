import { readFileSync } from "node:fs";
import test from "ava";
import { expectedFailure } from "../../../local/cli/expected-failure.ts";
import { PortInUseError } from "../../../local/gateway/listener.ts";
import { ProgramError } from "../../../local/program/program-error.ts";
import { UsageError } from "../../../local/usage-error.ts";

test("what another command would put right ends with 2", (t) => {
  t.deepEqual(expectedFailure(new UsageError("No.")), { message: "No.", exitCode: 2 });
  const message =
    "Port 8787 is in use by another program; choose another with --port; the second API takes the one after it.";
  t.deepEqual(expectedFailure(new PortInUseError(8787, undefined)), { message, exitCode: 2 });
});

test("a system error is told in one sentence", (t) => {
  const error = t.throws(() => readFileSync("/no/such/file"));
  const message = "ENOENT: no such file or directory, open '/no/such/file'";
  t.deepEqual(expectedFailure(error), { message, exitCode: 1 });
});

test("a program that breaks by accident shows where, and one that refuses does not", (t) => {
  t.regex(expectedFailure(new ProgramError(new TypeError("oops")))?.message ?? "", /^TypeError: oops\n +at /);
  const refusal = Object.assign(new Error("bad value"), { stack: "" });
  t.deepEqual(expectedFailure(new ProgramError(refusal)), { message: "bad value", exitCode: 1 });
});

test("a fault of the local cloud's own keeps its stack", (t) => {
  t.is(expectedFailure(new TypeError("oops")), undefined);
  t.is(expectedFailure("oops"), undefined);
});
