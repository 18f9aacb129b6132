import test from "ava";
import {
  ConfigError,
  type StreamgateConfig,
  configDefaults,
  parseConfig,
} from "../../../components/config/streamgate-config.ts";
import { companions, rules } from "./key-rules.ts";

const keys = Object.keys(rules) as (keyof StreamgateConfig)[];

function parse(entries: Readonly<Record<string, string>>): StreamgateConfig {
  return parseConfig(entries, "streamgate", "dev");
}

for (const key of keys) {
  const rule = rules[key];

  test(`${key} has its default when unset`, (t) => {
    t.deepEqual(configDefaults[key], rule.default);
    t.deepEqual(parse({})[key], key === "stage" ? "dev" : rule.default);
  });

  for (const [text, value] of Object.entries<unknown>(rule.accepted)) {
    test(`${key} accepts "${shown(text)}"`, (t) => {
      t.deepEqual(parse({ ...companions[key], [`streamgate:${key}`]: text })[key], value);
    });
  }

  for (const text of rule.refused) {
    test(`${key} refuses "${shown(text)}" and says what is allowed`, (t) => {
      t.throws(() => parse({ ...companions[key], [`streamgate:${key}`]: text }), {
        instanceOf: ConfigError,
        message: `streamgate:${key} is ${given(text)}; allowed: ${rule.allowed}`,
      });
    });
  }
}

/** A value as a refusal has it. */
function given(text: string): string {
  return text.length > 500 ? `${text.length} characters long` : `"${text}"`;
}

/** Long values would drown the titles. */
function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 10)}... (${text.length} characters)` : text;
}
