import test from "ava";
import { sourceFiles } from "../helpers/source-files.ts";
import { forbiddenImports } from "./import-rules.ts";

test("every file imports only what its part may know", (t) => {
  const files = sourceFiles().filter(({ path }) => /\.(ts|mjs|js)$/.test(path));
  t.true(files.length > 50);
  t.deepEqual(files.flatMap(forbiddenImports), []);
});

for (const [path, text, forbidden] of [
  ["contract/a.ts", 'import { b } from "../core/b.ts";', "core/b.ts"],
  ["contract/a.ts", 'import { z } from "zod";', "zod"],
  ["core/a.ts", 'export { b } from "../lambda/b.ts";', "lambda/b.ts"],
  ["core/a.ts", 'import * as pulumi from "@pulumi/pulumi";', "@pulumi/pulumi"],
  ["lambda/download/a.ts", 'import "../../app/main.ts";', "app/main.ts"],
  ["app/a.ts", 'import { x } from "../local/cloud.ts";', "local/cloud.ts"],
  ["core/a.ts", 'import yaml from "yaml";', "yaml"],
  [
    "components/api/a.ts",
    'import { handler } from "../../lambda/download/index.ts";',
    "lambda/download/index.ts",
  ],
  ["components/a.ts", 'import type { B } from "../core/b.ts";', "core/b.ts"],
  ["components/a.ts", 'const b = await import("../local/b.ts");', "local/b.ts"],
  ["index.ts", 'import { limits } from "./contract/limits.ts";', "contract/limits.ts"],
  ["index.ts", 'import { x } from "./local/cloud.ts";', "local/cloud.ts"],
  ["local/a.ts", 'import { parseRoute } from "../components/api/route.ts";', "components/api/route.ts"],
  ["local/a.ts", 'import { ConfigError } from "streamgate/components";', "components/index.ts"],
  ["local/a.ts", 'import { Refusal } from "../core/refusal.ts";', "core/refusal.ts"],
  ["local/start.mjs", 'await import("../index.ts");', "index.ts"],
  ["local/a.ts", 'import { x } from "../tests/helpers/b.ts";', "tests/helpers/b.ts"],
  ["bench/a.ts", 'import { x } from "../tests/helpers/b.ts";', "tests/helpers/b.ts"],
  ["local/a.ts", 'import { x } from "../bench/b.ts";', "bench/b.ts"],
  ["core/a.ts", 'type B = import("../components/b.ts").B;', "components/b.ts"],
] as const) {
  test(`${path} may not say: ${text}`, (t) => {
    t.deepEqual(forbiddenImports({ path, text }), [`${path} imports ${forbidden}`]);
  });
}

for (const [path, text] of [
  ["contract/a.ts", 'import { b } from "./b.ts"; import { createHash } from "node:crypto";'],
  ["core/stream/a.ts", 'import { b } from "../b.ts"; import { c } from "../../contract/c.ts";'],
  ["lambda/download/a.ts", 'import { S3Client } from "@aws-sdk/client-s3"; import "../../core/b.ts";'],
  ["components/a.ts", 'import * as pulumi from "@pulumi/pulumi"; import "../contract/b.ts";'],
  ["index.ts", 'import type { A } from "./contract/a.ts"; import * as c from "./components/index.ts";'],
  ["local/a.ts", 'import { limits } from "../contract/limits.ts"; import * as pulumi from "@pulumi/pulumi";'],
  ["local/a.ts", 'import { parse } from "yaml"; import { fromBuffer } from "yauzl";'],
  ["bench/a.ts", 'import { x } from "../local/cloud.ts"; import { y } from "../contract/limits.ts";'],
  ["tests/a.test.ts", 'import test from "ava"; import "../local/cloud.ts"; import "../bench/inputs.ts";'],
  ["eslint.config.js", 'import eslint from "@eslint/js";'],
] as const) {
  test(`${path} may say: ${text}`, (t) => {
    t.deepEqual(forbiddenImports({ path, text }), []);
  });
}
