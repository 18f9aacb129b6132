import type { CodeFiles } from "./code-files.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** The processors of ELF files. Source: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const elfMachines: Readonly<Record<number, string>> = { 0x3e: "x86_64", 0xb7: "arm64" };

const ELF_MAGIC = Buffer.of(0x7f, 0x45, 0x4c, 0x46);
const ELF_MACHINE_OFFSET = 18;

/** Files that the runtimes load as machine code. */
const nativeModule = /\.(?:so(?:\.[\d.]+)?|node|pyd|dylib)$/;

/** Wheels name processors as Python does. */
const wheelMachines = { arm64: "aarch64", x86_64: "x86_64" };

/**
 * Looks for code in a package that could not run on the function's processor, or under its Python: on AWS
 * that is an import error, here it would work with this machine's builds.
 *
 * @throws Error naming the function and the file.
 */
export function checkNativeCode(files: CodeFiles, definition: FunctionDefinition): void {
  const { name, architecture, runtime } = definition;
  for (const [path, { content }] of files) {
    const machine = machineOf(path, content);
    if (machine !== undefined && machine !== architecture) {
      throw new Error(`The Lambda function ${name} runs on ${architecture}; its ${path} is for ${machine}.`);
    }
    if (path.endsWith(".dist-info/WHEEL") && !wheelTags(content).some((tag) => fits(tag, definition))) {
      const tags = wheelTags(content).join(", ");
      throw new Error(
        `The Lambda function ${name} runs ${runtime} on ${architecture}; ${path} is for ${tags}.`,
      );
    }
  }
}

/** @returns `undefined` for what is not machine code. */
function machineOf(path: string, content: Buffer): string | undefined {
  if (content.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC)) {
    const machine = content.readUInt16LE(ELF_MACHINE_OFFSET);
    return elfMachines[machine] ?? `the ELF machine ${machine}`;
  }
  return nativeModule.test(path) ? "another system than Linux" : undefined;
}

/**
 * The GNU library of the Python runtimes is Amazon Linux 2023's: 2.34.
 * Source: https://github.com/aws/aws-lambda-rust-runtime/issues/932
 */
const GLIBC_MINOR = 34;

/** Platforms of Linux wheels; the `_2_17` of `manylinux_2_17` is the GNU library it needs. */
const linuxPlatform = /^(?:many)?linux(?:1|2010|2014|_2_(?<glibcMinor>\d+))?_(?<machine>[a-z].*)$/;

/** Format of a tag: `cp313-cp313-manylinux_2_17_aarch64`. */
function wheelTags(content: Buffer): string[] {
  return [...content.toString().matchAll(/^Tag: (\S+)/gm)].map(([, tag]) => tag ?? "");
}

/**
 * Whether a wheel with this tag runs in a Python runtime, which is CPython on a Linux with the GNU library.
 * Source: https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
 */
function fits(tag: string, { architecture, runtime }: FunctionDefinition): boolean {
  const [python = "", abi = "", platform = ""] = tag.split("-");
  const { machine, glibcMinor = "0" } = linuxPlatform.exec(platform)?.groups ?? {};
  const isForPlatform =
    platform === "any" || (machine === wheelMachines[architecture] && Number(glibcMinor) <= GLIBC_MINOR);
  const minor = Number(/^python3\.(\d+)$/.exec(runtime)?.[1]);
  const tagMinor = Number(/^cp3(\d+)$/.exec(python)?.[1]);
  const isForPython = python.startsWith("py3") || tagMinor === minor || (abi === "abi3" && tagMinor < minor);
  return isForPlatform && isForPython;
}
