import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonFunctionCode } from "../../../components/function/python-function-code.ts";
import { defaultPythonVersion } from "../../../components/function/python-packages.ts";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type FunctionDefinition, readFunctions } from "../../../local/lambda/function-definition.ts";
import { checkNativeCode } from "../../../local/lambda/native-code.ts";
import { readZip } from "../../../local/lambda/zip-archive.ts";
import { pythonTest } from "../../helpers/python-download.ts";
import { recordedFunction } from "../../helpers/recorded-function.ts";
import { projectFolder } from "../../helpers/recorded-program.ts";

const lock = join(projectFolder, "lambda", "download-python", "requirements.txt");
const LARGEST_PACKAGE_BYTES = 12_000_000;

async function vendored(architecture: "arm64" | "x86_64") {
  const archive = await pythonFunctionCode({
    files: { "requirements.txt": lock },
    startupScript: "run.sh",
    pythonVersion: defaultPythonVersion,
    architecture,
  });
  return readZip(await archive.path);
}

function definitionFor(architecture: string): FunctionDefinition {
  const inputs = {
    runtime: `python${defaultPythonVersion}`,
    architectures: [architecture],
    environment: { variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" } },
  };
  const [definition] = readFunctions(new ResourceGraph([recordedFunction("probe", "", inputs)]));
  return definition as FunctionDefinition;
}

for (const architecture of ["arm64", "x86_64"] as const) {
  pythonTest(
    `FastAPI's packages are those for Lambda's Python on ${architecture}, and all of the lock's`,
    async (t) => {
      const files = await vendored(architecture);
      const definition = definitionFor(architecture);
      t.notThrows(() => checkNativeCode(files, definition));
      const other = architecture === "arm64" ? "x86_64" : "arm64";
      t.throws(() => checkNativeCode(files, definitionFor(other)));

      const pinned = [...readFileSync(lock, "utf8").matchAll(/^([\w.-]+)==/gm)].map(([, name = ""]) => name);
      const installed = [...files.keys()].flatMap(
        (path) => /^vendor\/([\w.]+)-[^/]+\.dist-info\/METADATA$/.exec(path)?.[1] ?? [],
      );
      const normalized = (names: string[]) =>
        names.map((name) => name.toLowerCase().replaceAll(/[-_.]+/g, "-")).sort();
      t.deepEqual(normalized(installed), normalized(pinned));

      const bytes = [...files.values()].reduce((sum, { content }) => sum + content.length, 0);
      t.true(bytes < LARGEST_PACKAGE_BYTES, `${bytes} bytes`);
    },
  );
}
