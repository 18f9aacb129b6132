import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { codeSha256, readArchive, readFolder } from "../../../local/lambda/function-code.ts";
import { projectFolder, startTestCloud } from "../../helpers/local-cloud.ts";
import { until } from "../../helpers/until.ts";

test("what runs is what the program recorded, byte for byte", async (t) => {
  const cloud = await startTestCloud(t);
  for (const { outputs } of cloud.graph.ofType("aws:lambda/function:Function")) {
    const recorded = codeSha256(await readArchive(outputs.code, projectFolder));
    const running = codeSha256(await readFolder(cloud.lambda.code(String(outputs.arn)).folder));
    t.is(running, recorded);
  }
});

test("a client that leaves does not stop the function, as on Lambda", async (t) => {
  const cloud = await startTestCloud(t);
  const bytes = readFileSync(join(projectFolder, "package-lock.json"));
  await cloud.putObject("left.bin", bytes);
  const steps = cloud.s3.faults.lockStep(1000, { key: "left.bin" });
  const leaving = new AbortController();
  const response = await cloud.download("left.bin", { signal: leaving.signal });
  steps.release();
  await response.body?.getReader().read();
  leaving.abort();
  steps.release(bytes.length);
  const read = cloud.s3.requests.find(({ operation }) => operation === "GetObject");
  await until(() => read?.sentBytes === bytes.length);
  t.false(read?.aborted);
});
