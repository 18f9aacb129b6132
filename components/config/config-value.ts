import type { ArgumentRule } from "../argument-rule.ts";
import type { Tags } from "../tags.ts";

/** Reader of one configuration value: its default, its allowed values and its typed form. */
export interface ConfigValue<T> {
  readonly default: T;
  /** Ends the sentence "allowed: ..." in an error. */
  readonly allowed: string;
  /** @returns The typed value, or `undefined` when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

/** A text of a certain form, or none: empty when unset. */
export function text(allowed: string, pattern: RegExp): ConfigValue<string> {
  return {
    default: "",
    allowed: `empty, or ${allowed}`,
    parse: (value) => (value === "" || pattern.test(value) ? value : undefined),
  };
}

/** A text that a component's rule is about; empty when unset. */
export function ruled(rule: ArgumentRule<string>): ConfigValue<string> {
  return {
    default: "",
    allowed: rule.allowed,
    parse: (value) => (rule.accepts(value) ? value : undefined),
  };
}

/** A value that a component's rule is about as a whole. */
export function bounded<T>(value: ConfigValue<T>, rule: ArgumentRule<T>): ConfigValue<T> {
  return {
    ...value,
    allowed: `${value.allowed}, ${rule.allowed}`,
    parse: (text) => {
      const parsed = value.parse(text);
      return parsed !== undefined && rule.accepts(parsed) ? parsed : undefined;
    },
  };
}

/** Any text up to a size; empty when unset. */
export function freeText(largestBytes: number): ConfigValue<string> {
  return {
    default: "",
    allowed: `empty, or a text of at most ${largestBytes} bytes in UTF-8 that is not blank`,
    parse: (value) => {
      const isBlank = value !== "" && value.trim() === "";
      return isBlank || Buffer.byteLength(value) > largestBytes ? undefined : value;
    },
  };
}

/** `true` or `false`, in these words alone. */
export function flag(defaultValue: boolean): ConfigValue<boolean> {
  return {
    default: defaultValue,
    allowed: "true or false",
    parse: (value) => (value === "true" ? true : value === "false" ? false : undefined),
  };
}

/** A whole number that a component's rule is about. */
export function integer(defaultValue: number, rule: ArgumentRule<number>): ConfigValue<number> {
  return {
    default: defaultValue,
    allowed: rule.allowed,
    parse: (value) => {
      const number = /^-?\d+$/.test(value) ? Number(value) : NaN;
      return rule.accepts(number) ? number : undefined;
    },
  };
}

/** One of a few choices. */
export function oneOf<const T extends string | number>(
  defaultValue: T,
  choices: readonly T[],
): ConfigValue<T> {
  return {
    default: defaultValue,
    allowed: choices.join(", "),
    parse: (value) => choices.find((choice) => String(choice) === value),
  };
}

/** A list, each item by itself allowed and none twice. Shape: a JSON array, as the CLI stores it. */
export function listOf<T>(
  defaultItems: readonly T[],
  items: string,
  parseItem: (item: string) => T | undefined,
  fewest = 0,
): ConfigValue<readonly T[]> {
  return {
    default: defaultItems,
    allowed: `an array of ${items}, each once`,
    parse: (value) => {
      const texts = parseArray(value);
      if (texts === undefined || new Set(texts).size !== texts.length || texts.length < fewest)
        return undefined;
      const parsed = texts.map(parseItem).filter((item) => item !== undefined);
      return parsed.length === texts.length ? parsed : undefined;
    },
  };
}

/** A list that a component's rule is about; empty when unset. Shape: a JSON array, as the CLI stores it. */
export function ruledList(rule: ArgumentRule<readonly string[]>): ConfigValue<readonly string[]> {
  return {
    default: [],
    allowed: `an array of ${rule.allowed}`,
    parse: (value) => {
      const items = parseArray(value);
      return items !== undefined && rule.accepts(items) ? items : undefined;
    },
  };
}

/** For `listOf`: an item as it is, when it is one of these. */
export function accepted(accepts: (item: string) => boolean): (item: string) => string | undefined {
  return (item) => (accepts(item) ? item : undefined);
}

/** For `listOf`: an item as it is, when it has this form. */
export function matching(pattern: RegExp): (item: string) => string | undefined {
  return (item) => (pattern.test(item) ? item : undefined);
}

/** Whole numbers from 1, at least one, each larger than the one before it. Shape: a JSON array, as the CLI stores it. */
export function ascendingNumbers(defaultNumbers: readonly number[]): ConfigValue<readonly number[]> {
  return {
    default: defaultNumbers,
    allowed: "an array of whole numbers from 1, at least one, ascending",
    parse: (value) => {
      if (!/^\[ *[1-9]\d{0,5}(?: *, *[1-9]\d{0,5})* *\]$/.test(value)) return undefined;
      const numbers = JSON.parse(value) as number[];
      return numbers.every((number, index) => number > (numbers[index - 1] ?? 0)) ? numbers : undefined;
    },
  };
}

/** A JSON array of `key=value` strings, as `pulumi config set --path 'tags[0]' team=web` stores it. */
export function tagList(rule: ArgumentRule<Tags>): ConfigValue<Tags> {
  return {
    default: {},
    allowed: `an array of "key=value" strings, each key once: ${rule.allowed}`,
    parse: (value) => {
      const items = parseArray(value);
      if (items?.every((item) => item.includes("=")) !== true) return undefined;
      const tags = Object.fromEntries(items.map(splitTag));
      return Object.keys(tags).length === items.length && rule.accepts(tags) ? tags : undefined;
    },
  };
}

function splitTag(item: string): [key: string, value: string] {
  const equals = item.indexOf("=");
  return [item.slice(0, equals), item.slice(equals + 1)];
}

function parseArray(value: string): string[] | undefined {
  try {
    const items: unknown = JSON.parse(value);
    if (!Array.isArray(items)) return undefined;
    const texts = items.filter((item): item is string => typeof item === "string");
    return texts.length === items.length ? texts : undefined;
  } catch {
    return undefined;
  }
}
