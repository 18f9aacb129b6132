import test from "ava";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import type { CodeFiles } from "../../../local/lambda/code-files.ts";
import { type FunctionDefinition, readFunctions } from "../../../local/lambda/function-definition.ts";
import { checkNativeCode } from "../../../local/lambda/native-code.ts";
import { recordedFunction } from "../../helpers/recorded-function.ts";

const [python] = readFunctions(
  new ResourceGraph([
    recordedFunction("probe", "", {
      runtime: "python3.13",
      architectures: ["arm64"],
      environment: { variables: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" } },
    }),
  ]),
) as [FunctionDefinition];

function check(path: string, content: Buffer | string, changes: Partial<FunctionDefinition> = {}): void {
  const files: CodeFiles = new Map([[path, { content: Buffer.from(content), mode: 0o644 }]]);
  checkNativeCode(files, { ...python, ...changes });
}

function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return header;
}

const [X86_64, ARM64, RISCV] = [0x3e, 0xb7, 0xf3].map(elf) as [Buffer, Buffer, Buffer];

test("machine code has to be for the function's processor, whatever its name", (t) => {
  t.notThrows(() => check("vendor/_core.so", ARM64));
  t.notThrows(() => check("vendor/_core.so", X86_64, { architecture: "x86_64" }));
  t.throws(() => check("vendor/_core.so", X86_64), {
    message: "The Lambda function probe runs on arm64; its vendor/_core.so is for x86_64.",
  });
  t.throws(() => check("bin/tool", RISCV), { message: /its bin\/tool is for the ELF machine 243\.$/ });
  t.throws(() => check("lib.node", ARM64, { architecture: "x86_64", runtime: "nodejs24.x" }), {
    message: /runs on x86_64; its lib\.node is for arm64\.$/,
  });
});

test("a module built for another system is refused, and what is no machine code is not", (t) => {
  t.throws(() => check("vendor/_core.so", Buffer.from("cffaedfe0c000001", "hex")), {
    message: /its vendor\/_core\.so is for another system than Linux\.$/,
  });
  t.throws(() => check("vendor/_core.pyd", "MZ"), { message: /is for another system than Linux\.$/ });
  t.notThrows(() => check("notes.txt", "so"));
  t.notThrows(() => check("empty", ""));
});

const wheel = (...tags: string[]) => `Wheel-Version: 1.0\n${tags.map((tag) => `Tag: ${tag}\n`).join("")}`;

for (const tag of [
  "py3-none-any",
  "cp313-cp313-manylinux_2_17_aarch64",
  "cp313-cp313-manylinux2014_aarch64",
  "cp39-abi3-manylinux_2_28_aarch64",
  "cp313-cp313-manylinux_2_34_aarch64",
  "cp313-cp313-linux_aarch64",
]) {
  test(`a wheel for ${tag} runs in python3.13 on arm64`, (t) => {
    t.notThrows(() => check("vendor/x-1.dist-info/WHEEL", wheel("cp313-cp313-win_amd64", tag)));
  });
}

for (const tag of [
  "cp312-cp312-manylinux_2_17_aarch64",
  "cp314-abi3-manylinux_2_17_aarch64",
  "cp313-cp313-manylinux_2_17_x86_64",
  "cp313-cp313-musllinux_1_2_aarch64",
  "cp313-cp313-manylinux_2_39_aarch64",
  "py2-none-any",
  "cp313-cp313-macosx_11_0_arm64",
]) {
  test(`a wheel for ${tag} does not`, (t) => {
    t.throws(() => check("vendor/x-1.dist-info/WHEEL", wheel(tag)), {
      message: `The Lambda function probe runs python3.13 on arm64; vendor/x-1.dist-info/WHEEL is for ${tag}.`,
    });
  });
}
