import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type FunctionDefinition, readFunctions } from "../../../local/lambda/function-definition.ts";
import { installFunction } from "../../../local/lambda/function-installation.ts";
import { UsageError } from "../../../local/usage-error.ts";
import { archiveOf, recordedFunction } from "../../helpers/recorded-function.ts";
import { webAdapterLayerArn } from "../../helpers/web-application.ts";

const lock = "fastapi==1 --hash=sha256:0";
const lockDigest = createHash("sha256").update(lock).digest("hex");

const adapter = ".cache/lambda-web-adapter/bin/lambda-adapter";
const interpreter = ".cache/python/venv/bin/python3";
const boto3 = ".cache/python/runtime/boto3/__init__.py";
const vendored = `.cache/python/vendor/${lockDigest}/fastapi/__init__.py`;

/** A project with these files, and a function that is installed from there. */
async function installFrom(
  t: ExecutionContext,
  cached: readonly string[],
  inputs: Readonly<Record<string, unknown>> = {},
) {
  const project = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(project, { recursive: true }));
  for (const path of cached) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), `this machine's`);
  }
  const [definition] = readFunctions(
    new ResourceGraph([
      recordedFunction("probe", "", {
        code: archiveOf({
          "run.sh": "#!/bin/sh",
          "vendor/fastapi/__init__.py": "",
          "requirements.txt": lock,
        }),
        runtime: "python3.13",
        architectures: ["arm64"],
        layers: [webAdapterLayerArn("Arm64")],
        environment: { variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" } },
        ...inputs,
      }),
    ]),
  ) as [FunctionDefinition];
  return { project, install: () => installFunction(definition, project, join(project, "work")) };
}

test("a function has its layer in /opt, with this machine's adapter and the official wrapper", async (t) => {
  const { project, install } = await installFrom(t, [adapter, interpreter, boto3, vendored]);
  const { opt } = await install();
  t.deepEqual(opt.extensions, ["lambda-adapter"]);
  t.is(await realpath(join(opt.folder, "extensions/lambda-adapter")), await realpath(join(project, adapter)));
  t.is(
    await readFile(join(opt.folder, "bootstrap"), "utf8"),
    '#!/bin/bash\n\nexec -- "${LAMBDA_TASK_ROOT}/${_HANDLER}"',
  );
});

test("vendored packages are this machine's, by the lock of the package", async (t) => {
  const { install } = await installFrom(t, [adapter, interpreter, boto3, vendored]);
  const { taskFolder } = await install();
  t.is(await readFile(join(taskFolder, "vendor/fastapi/__init__.py"), "utf8"), "this machine's");
});

test("a package that vendors nothing is given nothing", async (t) => {
  const { install } = await installFrom(t, [adapter, interpreter, boto3], {
    code: archiveOf({ "run.sh": "#!/bin/sh", "requirements.txt": lock }),
  });
  const { taskFolder } = await install();
  await t.throwsAsync(readFile(join(taskFolder, "vendor")), { code: "ENOENT" });
});

for (const [missing, command] of [
  [adapter, ".ci/install-lambda-web-adapter"],
  [interpreter, ".ci/install-python"],
  [boto3, ".ci/install-python"],
  [vendored, ".ci/install-python"],
] as const) {
  test(`without ${missing} one sentence names ${command}`, async (t) => {
    const cached = [adapter, interpreter, boto3, vendored].filter((path) => path !== missing);
    const { install } = await installFrom(t, cached);
    const error = await t.throwsAsync(install(), { instanceOf: UsageError });
    t.true(error.message.includes(command));
    t.regex(error.message, /^[^\n]+\.$/);
  });
}

test("a layer that is not known, or for another processor, is refused", async (t) => {
  const other = "arn:aws:lambda:eu-central-1:123456789012:layer:other:1";
  const { install } = await installFrom(t, [adapter, vendored], { layers: [other] });
  await t.throwsAsync(install(), {
    message: `The Lambda function probe has the layer ${other}; the local cloud knows the Lambda Web Adapter's only.`,
  });
  const { install: installX86 } = await installFrom(t, [adapter, vendored], {
    layers: [webAdapterLayerArn("X86")],
  });
  await t.throwsAsync(installX86(), { message: /runs on arm64; its layer \S+X86:27 is for x86_64\.$/ });
});

test("a function without layers has nothing in /opt", async (t) => {
  const { install } = await installFrom(t, [], { runtime: "nodejs24.x", layers: undefined });
  t.deepEqual((await install()).opt.extensions, []);
});
