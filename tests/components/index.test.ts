import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import ts from "typescript";
import * as components from "../../components/index.ts";
import { fixture, projectFolder, recordProgram } from "../helpers/recorded-program.ts";

test("components/index.ts exports these values", (t) => {
  t.deepEqual(Object.keys(components).sort(), [
    "AccountLogging",
    "ApiKeyAccess",
    "ChatFunction",
    "ConfigError",
    "DownloadBucket",
    "DownloadFunction",
    "NodeFunction",
    "PrivateChatService",
    "PythonDownloadFunction",
    "StreamingLambdaApi",
    "checkExistingBucket",
    "checkReservedConcurrency",
    "currentRegion",
    "keptOnDestroy",
    "parseConfig",
    "vendorDownloadPackages",
    "vpcLinkZones",
  ]);
});

test("components/index.ts exports these types", (t) => {
  const text = readFileSync(join(projectFolder, "components", "index.ts"), "utf8");
  const types = ts
    .createSourceFile("index.ts", text, ts.ScriptTarget.Latest)
    .statements.filter((statement) => ts.isExportDeclaration(statement))
    .flatMap(({ exportClause }) =>
      exportClause !== undefined && ts.isNamedExports(exportClause) ? [...exportClause.elements] : [],
    )
    .filter(({ isTypeOnly }) => isTypeOnly)
    .map(({ name }) => name.text);
  t.deepEqual(types.sort(), [
    "AccountLoggingArgs",
    "ApiArgs",
    "ApiKeyAccessArgs",
    "ChatFunctionArgs",
    "DownloadAccessArgs",
    "DownloadBucketArgs",
    "DownloadFunctionArgs",
    "ExistingBucketArgs",
    "ExistingNetwork",
    "LambdaRoute",
    "ListenerCertificate",
    "NetworkArgs",
    "NewNetwork",
    "NodeFunctionArgs",
    "PrivateChatServiceArgs",
    "PythonDownloadFunctionArgs",
    "ReservedConcurrency",
    "StreamgateConfig",
    "StreamingLambdaApiArgs",
  ]);
});

test.serial("a program in another folder imports the components by the package's name", async (t) => {
  const { graph, outputs } = await recordProgram({ folder: fixture("two-modes") });
  t.like(outputs.api, { stage: "test", routes: ["GET /buffered/{size}", "GET /streamed/{size}"] });
  t.deepEqual(
    graph.ofType("aws:lambda/function:Function").map(({ name }) => name),
    ["streamed", "buffered"],
  );
});
