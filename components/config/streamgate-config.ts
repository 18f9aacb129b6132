import leven from "leven";
import { shown } from "../argument-rule.ts";
import { InputError } from "../input-error.ts";
import { type StreamgateConfig, configValues } from "./config-keys.ts";
import { conflictsOf } from "./config-conflicts.ts";
import type { ConfigValue } from "./config-value.ts";

export type { StreamgateConfig } from "./config-keys.ts";

/** Defaults of the keys, when neither `Pulumi.yaml` nor the stack sets them. The stage's default is the stack's name. */
export const configDefaults = Object.fromEntries(
  Object.entries(configValues).map(([key, value]) => [key, value.default]),
) as unknown as StreamgateConfig;

/** The configuration cannot be used. The message has one line a problem, with the key, the value and what is allowed. */
export class ConfigError extends InputError {
  override readonly name = "ConfigError";
}

/**
 * @param entries Configuration as Pulumi hands it out: `project:key` to text; other projects' keys are passed over.
 * @throws ConfigError listing every problem, also keys nobody declared: the Pulumi CLI lets those through.
 */
export function parseConfig(
  entries: Readonly<Record<string, string>>,
  project: string,
  stack: string,
): StreamgateConfig {
  const problems: string[] = [];
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(entries)) {
    if (!name.startsWith(`${project}:`)) continue;
    const key = name.slice(project.length + 1);
    if (Object.hasOwn(configValues, key)) given.set(key, value);
    else problems.push(`${name} is not a key of this program; the nearest is ${project}:${nearestKey(key)}`);
  }
  if ((given.get("stage") ?? "") === "") given.set("stage", stack);

  const refused: string[] = [];
  const parsed = Object.entries(configValues).map(([key, rule]: [string, ConfigValue<unknown>]) => {
    const value = given.get(key);
    const typed = value === undefined ? rule.default : rule.parse(value);
    if (typed !== undefined) return [key, typed];
    refused.push(key);
    problems.push(`${project}:${key} is ${shown(value ?? "")}; allowed: ${rule.allowed}`);
    return [key, rule.default];
  });
  const config = Object.fromEntries(parsed) as StreamgateConfig;
  for (const conflict of conflictsOf(config)) {
    // What a refused value would have meant beside the others is not known.
    if (refused.some((key) => conflict.includes(`\`${key}\``))) continue;
    problems.push(conflict.replaceAll(/`(\w+)`/g, `${project}:$1`));
  }
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return config;
}

/** A key that was cut short, like one without its unit, else the one with the fewest letters changed. */
function nearestKey(key: string): string {
  const text = key.toLowerCase();
  const keys = Object.keys(configValues);
  const distance = (candidate: string) => leven(text, candidate.toLowerCase());
  return (
    keys.find((candidate) => text !== "" && candidate.toLowerCase().startsWith(text)) ??
    keys.reduce((best, next) => (distance(next) < distance(best) ? next : best))
  );
}
