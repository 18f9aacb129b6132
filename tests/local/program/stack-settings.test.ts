import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { readStackSettings } from "../../../local/program/stack-settings.ts";
import { UsageError } from "../../../local/usage-error.ts";

const projectYaml = `
name: shop
runtime: nodejs
config:
  shop:greeting:
    type: string
    default: hello
  shop:limit:
    type: integer
    default: 10
  open:
    type: boolean
    default: false
  shop:tags:
    type: array
    items:
      type: string
    default: [a=1]
  shop:secretKey:
    type: string
`;

test("without a word from the stack every default holds, as text", (t) => {
  t.deepEqual(readStackSettings(projectWith(t, ""), "dev"), {
    project: "shop",
    stack: "dev",
    config: { "shop:greeting": "hello", "shop:limit": "10", "shop:open": "false", "shop:tags": '["a=1"]' },
  });
});

test("the stack's file wins over a default, and adds what has none", (t) => {
  const { config } = readStackSettings(
    projectWith(t, "config:\n  aws:region: eu-west-1\n  shop:limit: 20\n  shop:secretKey: not-so-secret\n"),
    "dev",
  );
  t.is(config["shop:limit"], "20");
  t.is(config["shop:secretKey"], "not-so-secret");
  t.is(config["aws:region"], "eu-west-1");
  t.is(config["shop:greeting"], "hello");
});

test("arrays and objects are JSON, as Pulumi hands them to a program", (t) => {
  const { config } = readStackSettings(
    projectWith(t, "config:\n  shop:tags: [team=web, env=dev]\n  shop:nested: {deep: {list: [1, true]}}\n"),
    "dev",
  );
  t.is(config["shop:tags"], '["team=web","env=dev"]');
  t.is(config["shop:nested"], '{"deep":{"list":[1,true]}}');
});

test("an override wins over both; its key is the project's unless it names another", (t) => {
  const { config } = readStackSettings(
    projectWith(t, "config:\n  shop:limit: 20\n  aws:region: eu-west-1\n"),
    "dev",
    ["limit=30", "aws:region=us-east-2", "greeting=a=b", "shop:open="],
  );
  t.is(config["shop:limit"], "30");
  t.is(config["aws:region"], "us-east-2");
  t.is(config["shop:greeting"], "a=b");
  t.is(config["shop:open"], "");
});

test("of two overrides for one key the last one wins", (t) => {
  const { config } = readStackSettings(projectWith(t, ""), "dev", ["limit=1", "shop:limit=2"]);
  t.is(config["shop:limit"], "2");
});

for (const override of ["limit", "=30", ""]) {
  test(`an override "${override}" without a key or a value is refused`, (t) => {
    t.throws(() => readStackSettings(projectWith(t, ""), "dev", [override]), {
      instanceOf: UsageError,
      message: `--config takes key=value, not "${override}".`,
    });
  });
}

test("an encrypted value is refused with the way around it", (t) => {
  const folder = projectWith(t, "config:\n  shop:secretKey:\n    secure: v1:abcdef\n");
  t.throws(() => readStackSettings(folder, "dev"), {
    instanceOf: UsageError,
    message: `shop:secretKey in ${join(folder, "Pulumi.dev.yaml")} is encrypted, which only the Pulumi CLI can read; pass it with --config shop:secretKey=value.`,
  });
});

test("an override stands in for an encrypted value", (t) => {
  const folder = projectWith(t, "config:\n  shop:secretKey:\n    secure: v1:abcdef\n");
  const { config } = readStackSettings(folder, "dev", ["secretKey=mine"]);
  t.is(config["shop:secretKey"], "mine");
});

test("a stack without a file is refused by name", (t) => {
  const folder = projectWith(t, "");
  t.throws(() => readStackSettings(folder, "prod"), {
    instanceOf: UsageError,
    message: `There is no stack "prod": ${join(folder, "Pulumi.prod.yaml")} does not exist.`,
  });
});

test("a file that is no YAML is refused by name, in one line", (t) => {
  const folder = projectWith(t, "config: [unclosed\n");
  const error = t.throws(() => readStackSettings(folder, "dev"), { instanceOf: UsageError });
  t.true(error.message.startsWith(`${join(folder, "Pulumi.dev.yaml")} cannot be read: `));
  t.false(error.message.includes("\n"));
});

test("a folder without Pulumi.yaml is refused", (t) => {
  const folder = temporaryFolder(t);
  const error = t.throws(() => readStackSettings(folder, "dev"), { instanceOf: UsageError });
  t.true(error.message.startsWith(`${join(folder, "Pulumi.yaml")} cannot be read: ENOENT`));
});

function projectWith(t: ExecutionContext, stackYaml: string): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "Pulumi.yaml"), projectYaml);
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stackYaml);
  return folder;
}

function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-settings-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}
