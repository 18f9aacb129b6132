import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { parse } from "yaml";
import { configDefaults } from "../../../components/config/streamgate-config.ts";
import { projectFolder } from "../../helpers/recorded-program.ts";

interface Declaration {
  readonly type: string;
  readonly items?: { readonly type: string };
  readonly default: unknown;
  readonly description: string;
}

const { name, config } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
  name: string;
  config: Readonly<Record<string, Declaration>>;
};

test("Pulumi.yaml declares the keys the program reads, no more and no fewer", (t) => {
  t.deepEqual(
    Object.keys(config).sort(),
    Object.keys(configDefaults)
      .map((key) => `${name}:${key}`)
      .sort(),
  );
});

for (const [key, value] of Object.entries<unknown>({ ...configDefaults })) {
  const declaration = config[`${name}:${key}`];

  test(`Pulumi.yaml gives ${key} the default and the type the program gives it`, (t) => {
    if (typeof value === "object") {
      // The CLI knows lists alone; tags are a list of "key=value" there.
      t.deepEqual(declaration?.default, Array.isArray(value) ? value : []);
      t.is(declaration?.type, "array");
      t.deepEqual(declaration?.items, { type: key === "apiKeyGenerations" ? "integer" : "string" });
    } else {
      t.is(declaration?.default, value);
      t.is(declaration?.type, typeof value === "number" ? "integer" : typeof value);
    }
  });

  test(`Pulumi.yaml describes ${key} in a sentence`, (t) => {
    t.regex(declaration?.description ?? "", /^[A-Z].{10,}\.$/s);
  });
}
