import { spawnSync } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { InputError } from "../../../components/input-error.ts";
import {
  pythonFunctionCode,
  type PythonFunctionCodeArgs,
} from "../../../components/function/python-function-code.ts";
import { vendorPackages } from "../../../components/function/python-packages.ts";
import { readZip } from "../../../local/lambda/zip-archive.ts";
import { makeWheels } from "../../helpers/python-wheels.ts";
import { temporaryFolder } from "../../helpers/running-s3.ts";

/*
 * Which packages are found where is in the environment, and so is where programs are: one test after the other.
 */

const target = { pythonVersion: "3.13", architecture: "arm64" } as const;
const wheelForLambda = "cp313-cp313-manylinux2014_aarch64";

const hasPip = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;
const hasInstaller = hasPip || spawnSync("uv", ["--version"]).status === 0;
if (!hasInstaller) console.log("skipped: packaging Python functions needs uv or pip");
const packagingTest = hasInstaller || process.env.CI === "true" ? test.serial : test.serial.skip;

async function packageOf(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  args: Partial<PythonFunctionCodeArgs> = {},
) {
  const folder = await temporaryFolder(t);
  const paths: Record<string, string> = {};
  for (const [name, text] of Object.entries(files)) await writeFile((paths[name] = join(folder, name)), text);
  const cacheFolder = join(folder, "cache");
  return pythonFunctionCode({
    startupScript: "run.sh",
    ...target,
    cacheFolder,
    ...args,
    files: { ...paths, ...args.files },
  });
}

test.serial(
  "the startup script is executable and has the line ends of Linux, whatever the working copy has",
  async (t) => {
    const archive = await packageOf(t, { "run.sh": "#!/bin/sh\r\nexec true\r\n", "app.py": "a = 1\r\n" });
    const files = await readZip(await archive.path);
    t.is(String(files.get("run.sh")?.content), "#!/bin/sh\nexec true\n");
    t.is(files.get("run.sh")?.mode, 0o755);
    t.is(String(files.get("app.py")?.content), "a = 1\r\n");
    t.is(files.get("app.py")?.mode, 0o644);
  },
);

test.serial("the package is named by its content, and not made again for the same", async (t) => {
  const cacheFolder = await temporaryFolder(t);
  const path = async (script: string) => (await packageOf(t, { "run.sh": script }, { cacheFolder })).path;
  const first = await path("#!/bin/sh\n");
  const { ino } = await stat(first);
  t.is(await path("#!/bin/sh\n"), first);
  t.is((await stat(first)).ino, ino);
  t.not(await path("#!/bin/bash\n"), first);
});

packagingTest(
  "packages are vendored for Lambda's Python and processor, whatever this machine is",
  async (t) => {
    const { lock, cacheFolder } = await makeWheels(
      t,
      wheelForLambda,
      "cp313-cp313-manylinux2014_x86_64",
      "cp314-cp314-manylinux2014_aarch64",
      "cp313-cp313-macosx_11_0_arm64",
    );
    for (const [architecture, tag] of [
      ["arm64", wheelForLambda],
      ["x86_64", "cp313-cp313-manylinux2014_x86_64"],
    ] as const) {
      const args = { cacheFolder, architecture, files: { "requirements.txt": lock } };
      const files = await readZip(await (await packageOf(t, { "run.sh": "" }, args)).path);
      t.is(String(files.get("vendor/probe/__init__.py")?.content), `TAG = "${tag}"\n`);
      t.deepEqual(
        [...files.keys()],
        [
          "requirements.txt",
          "run.sh",
          "vendor/probe-1.0.dist-info/METADATA",
          "vendor/probe-1.0.dist-info/WHEEL",
          "vendor/probe-1.0.dist-info/entry_points.txt",
          "vendor/probe/__init__.py",
        ],
      );
    }
  },
);

packagingTest(
  "packages that Lambda's Python cannot have are refused, with the versions that can",
  async (t) => {
    const { lock, cacheFolder } = await makeWheels(t, wheelForLambda, "cp312-cp312-manylinux2014_aarch64");
    const error = t.throws(
      () =>
        pythonFunctionCode({
          ...target,
          pythonVersion: "3.14",
          startupScript: "run.sh",
          files: { "requirements.txt": lock },
          cacheFolder,
        }),
      { instanceOf: InputError },
    );
    t.regex(
      error.message,
      /cannot be installed for Python 3\.14 on arm64\. They can for Python 3\.12 and 3\.13:/,
    );
    t.regex(error.message, /probe/);
  },
);

packagingTest("a package whose hash is not the locked one is refused", async (t) => {
  const { lock, cacheFolder } = await makeWheels(t, wheelForLambda);
  await writeFile(lock, `probe==1.0 --hash=sha256:${"0".repeat(64)}\n`);
  const args = { ...target, startupScript: "run.sh", files: { "requirements.txt": lock }, cacheFolder };
  t.throws(() => pythonFunctionCode(args), {
    instanceOf: InputError,
    message: /Nor can they for another version that Lambda has\.\n.*hash/is,
  });
  t.deepEqual(await readdir(cacheFolder), []);
});

test.serial("without uv and pip one sentence says what is missing", async (t) => {
  const { lock, cacheFolder } = await makeWheels(t, wheelForLambda);
  const { PATH } = process.env;
  process.env.PATH = await temporaryFolder(t);
  try {
    t.throws(
      () =>
        pythonFunctionCode({
          ...target,
          startupScript: "",
          files: { "requirements.txt": lock },
          cacheFolder,
        }),
      { instanceOf: InputError, message: /neither is installed: install one of them\.$/ },
    );
  } finally {
    process.env.PATH = PATH;
  }
});

test.serial("uv is asked for the same packages as pip, and preferred", async (t) => {
  const { lock, cacheFolder } = await makeWheels(t, wheelForLambda);
  const called = join(await temporaryFolder(t), "called");
  await withUv(t, `case "$*" in *--help) ;; *) echo "$@" >'${called}' ;; esac`, async () => {
    await pythonFunctionCode({
      ...target,
      startupScript: "",
      files: { "requirements.txt": lock },
      cacheFolder,
    });
  });
  t.regex(
    await readFile(called, "utf8"),
    /^pip install --quiet --require-hashes --no-deps --only-binary :all: --python-platform aarch64-manylinux2014 --python-version 3\.13 --target /,
  );
});

test.serial(
  "of two that install the same packages at a time, both get those of the faster one",
  async (t) => {
    const { lock, cacheFolder } = await makeWheels(t, wheelForLambda);
    const uv = `case "$*" in *--help) exit ;; esac
while [ "$1" != --target ]; do shift; done
touch "$2/slower.py" && mkdir "\${2%.*}" && touch "\${2%.*}/faster.py"`;
    await withUv(t, uv, async () => {
      const folder = vendorPackages({ ...target, lock, cacheFolder });
      t.deepEqual(await readdir(folder), ["faster.py"]);
      t.deepEqual(await readdir(cacheFolder), [basename(folder)]);
    });
  },
);

test.serial("commands are not packaged, wherever the host's system puts them", async (t) => {
  const { lock, cacheFolder } = await makeWheels(t, wheelForLambda);
  const uv = `case "$*" in *--help) exit ;; esac
while [ "$1" != --target ]; do shift; done
mkdir "$2/bin" "$2/Scripts" && touch "$2/bin/probe" "$2/Scripts/probe.exe" "$2/probe.py"`;
  await withUv(t, uv, async () => {
    const args = { ...target, startupScript: "", files: { "requirements.txt": lock }, cacheFolder };
    const files = await readZip(await (await pythonFunctionCode(args)).path);
    t.deepEqual([...files.keys()], ["requirements.txt", "vendor/probe.py"]);
  });
});

test.serial("a version is named as a way out only where its packages have been installed", async (t) => {
  const { lock, cacheFolder } = await makeWheels(t, wheelForLambda);
  const uv = `case "$*" in *--help*|*--dry-run*|*3.14*) ;; *) echo "hash mismatch" >&2; exit 1 ;; esac`;
  await withUv(t, uv, () => {
    const args = { ...target, startupScript: "", files: { "requirements.txt": lock }, cacheFolder };
    t.throws(() => pythonFunctionCode(args), {
      instanceOf: InputError,
      message: /They can for Python 3\.14: choose that as pythonVersion\.\nhash mismatch$/,
    });
  });
});

/** Runs something where this shell script is `uv`. */
async function withUv(t: ExecutionContext, script: string, run: () => void | Promise<void>): Promise<void> {
  const bin = await temporaryFolder(t);
  await writeFile(join(bin, "uv"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = [bin, PATH].join(delimiter);
  try {
    await run();
  } finally {
    process.env.PATH = PATH;
  }
}
