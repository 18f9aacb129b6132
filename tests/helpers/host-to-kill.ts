// A Lambda host in a process of its own, for a test to kill. Arguments: port, work folder. Its function connects to
// the port, so that the test sees when the environment ends; the host writes a line when that environment waits for its next event.
import { join } from "node:path";
import { awsLimitValues } from "../../contract/limits.ts";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { CredentialStore } from "../../local/iam/credential-store.ts";
import { startLambdaHost } from "../../local/lambda/lambda-host.ts";
import { LogGroups } from "../../local/logs/log-groups.ts";
import { patientLimits } from "./patient-limits.ts";
import { callerArn, functionArn, graphOfFunction, region } from "./recorded-function.ts";

const [port = "", workFolder = ""] = process.argv.slice(2);

const host = await startLambdaHost({
  graph: graphOfFunction(
    "probe",
    `import { connect } from "node:net";
    connect(${port}, "127.0.0.1").on("error", () => {});
    export const handler = async () => "ready";`,
    { timeout: 60 },
  ),
  credentials: new CredentialStore(),
  endpointVariables: {},
  region,
  limits: { ...awsLimitValues, ...patientLimits },
  enforceCaps: false,
  log: new CloudLog(),
  logGroups: new LogGroups(),
  projectFolder: join(import.meta.dirname, "../.."),
  workFolder,
});
await host.invoke({
  functionArn: functionArn("probe"),
  payload: Buffer.from("{}"),
  caller: { service: "apigateway.amazonaws.com", sourceArn: callerArn },
});
console.log("ready");
