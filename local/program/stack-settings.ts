import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { UsageError } from "../usage-error.ts";

/** Settings of a stack, as the Pulumi CLI reads them before it runs the program. */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  /** Format: `project:key` to text; arrays and objects as JSON, as Pulumi stores them. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Merges the defaults of `Pulumi.yaml`, the stack's own file, and what the command line adds, in this order.
 *
 * @param overrides `key=value` as `pulumi up --config` takes them; a key without a namespace is the project's.
 * @throws UsageError for a stack without a file, a malformed override, or an encrypted value.
 */
export function readStackSettings(
  projectFolder: string,
  stack: string,
  overrides: readonly string[] = [],
): StackSettings {
  const projectFile = readYaml(join(projectFolder, "Pulumi.yaml"));
  const project = String(projectFile.name);
  const stackFile = join(projectFolder, `Pulumi.${stack}.yaml`);
  if (!existsSync(stackFile)) {
    throw new UsageError(`There is no stack "${stack}": ${stackFile} does not exist.`);
  }
  const qualify = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  const overridden = Object.fromEntries(
    overrides.map(splitOverride).map(([key, value]) => [qualify(key), value]),
  );
  const config: Record<string, string> = {};

  for (const [key, declaration] of Object.entries(projectFile.config ?? {})) {
    if (declaration !== null && typeof declaration === "object" && "default" in declaration) {
      config[qualify(key)] = asText(declaration.default);
    }
  }
  for (const [key, value] of Object.entries(readYaml(stackFile).config ?? {})) {
    const qualified = qualify(key);
    if (qualified in overridden) continue;
    if (value !== null && typeof value === "object" && "secure" in value) {
      throw new UsageError(
        `${qualified} in ${stackFile} is encrypted, which only the Pulumi CLI can read; pass it with --config ${key}=value.`,
      );
    }
    config[qualified] = asText(value);
  }
  return { project, stack, config: { ...config, ...overridden } };
}

/** The Region everything is in. */
export function regionOf({ config }: StackSettings): string {
  return config["aws:region"] ?? "us-east-1";
}

function splitOverride(override: string): [key: string, value: string] {
  const equals = override.indexOf("=");
  if (equals < 1) throw new UsageError(`--config takes key=value, not "${override}".`);
  return [override.slice(0, equals), override.slice(equals + 1)];
}

interface PulumiYaml {
  readonly name?: unknown;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

function readYaml(file: string): PulumiYaml {
  try {
    return (parse(readFileSync(file, "utf8")) as PulumiYaml | null) ?? {};
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message.split("\n")[0]}`, {
      cause: error,
    });
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
