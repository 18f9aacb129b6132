import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { projectFolder } from "../helpers/recorded-program.ts";

/** Where `.ci/install-judges` puts botocore, which carries the model of every AWS API. */
export const botocoreFolder = join(projectFolder, ".cache", "judges", "botocore");

/** Format: `lambda:AddPermission`; the service as botocore's folder has it. */
export type Operation = `${string}:${string}`;

/** A value that an operation's model does not allow. */
export interface ModelProblem {
  /** Path of the member. Format: `Tags[0].Key`; empty for the whole request. */
  readonly member: string;
  readonly value: unknown;
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
}

/** As botocore's JSON has it. Source: https://smithy.io/2.0/spec/constraint-traits.html */
interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

interface ServiceModel {
  readonly metadata: { readonly apiVersion: string };
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const models = new Map<string, ServiceModel>();

/** @returns Everything in a request's parameters that the operation's model does not allow. */
export function requestProblems(operation: Operation, parameters: unknown): ModelProblem[] {
  const [service = "", name = ""] = operation.split(":");
  const model = modelOf(service);
  const input = model.operations[name]?.input;
  if (input === undefined) throw new Error(`${service} has no operation ${name} with parameters`);
  return shapeProblems(model, input.shape, parameters, "");
}

function modelOf(service: string): ServiceModel {
  const known = models.get(service);
  if (known !== undefined) return known;
  const versions = join(botocoreFolder, "botocore", "data", service);
  const newest = readdirSync(versions).sort().at(-1) ?? "";
  const file = readFileSync(join(versions, newest, "service-2.json.gz"));
  const model = JSON.parse(gunzipSync(file).toString()) as ServiceModel;
  models.set(service, model);
  return model;
}

function shapeProblems(model: ServiceModel, name: string, value: unknown, member: string): ModelProblem[] {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  const problem = (allowed: string): ModelProblem[] => [{ member, value, allowed }];
  switch (shape.type) {
    case "structure":
      return isPlainObject(value) ? structureProblems(model, shape, value, member) : problem("a structure");
    case "list":
      return Array.isArray(value) ? listProblems(model, shape, value, member) : problem("a list");
    case "map":
      return isPlainObject(value) ? mapProblems(model, shape, value, member) : problem("a map");
    case "string":
      return typeof value === "string" ? stringProblems(shape, value, member) : problem("a string");
    case "blob":
      return value instanceof Uint8Array ? [] : problem("bytes");
    case "boolean":
      return typeof value === "boolean" ? [] : problem("true or false");
    case "integer":
    case "long":
      return Number.isInteger(value)
        ? rangeProblems(shape, Number(value), member)
        : problem("a whole number");
    case "float":
    case "double":
      return typeof value === "number" ? rangeProblems(shape, value, member) : problem("a number");
    default:
      throw new Error(`${member} is a ${shape.type}, which nothing here judges`);
  }
}

function structureProblems(
  model: ServiceModel,
  { members = {}, required = [], union = false }: Shape,
  value: Readonly<Record<string, unknown>>,
  path: string,
): ModelProblem[] {
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const isGiven = (name: string) => given.some(([other]) => other === name);
  const inside = (name: string) => (path === "" ? name : `${path}.${name}`);
  const missing = required
    .filter((name) => !isGiven(name))
    .map((name) => ({ member: inside(name), value: undefined, allowed: "a value: it is required" }));
  const wrong = given.flatMap(([name, inner]) => {
    const shape = members[name]?.shape;
    if (shape !== undefined) return shapeProblems(model, shape, inner, inside(name));
    return [{ member: inside(name), value: inner, allowed: `one of ${Object.keys(members).join(", ")}` }];
  });
  const several = union && given.length !== 1 ? [{ member: path, value, allowed: "exactly one member" }] : [];
  return [...missing, ...several, ...wrong];
}

function listProblems(
  model: ServiceModel,
  shape: Shape,
  value: readonly unknown[],
  path: string,
): ModelProblem[] {
  const inner = shape.member?.shape ?? "";
  return [
    ...sizeProblems(shape, value.length, "items", { member: path, value }),
    ...value.flatMap((item, index) => shapeProblems(model, inner, item, `${path}[${index}]`)),
  ];
}

function mapProblems(
  model: ServiceModel,
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  path: string,
): ModelProblem[] {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return [
    ...sizeProblems(shape, entries.length, "entries", { member: path, value }),
    ...entries.flatMap(([key, inner]) => [
      ...shapeProblems(model, shape.key?.shape ?? "", key, `${path} key`),
      ...shapeProblems(model, shape.value?.shape ?? "", inner, `${path}.${key}`),
    ]),
  ];
}

function stringProblems(shape: Shape, value: string, member: string): ModelProblem[] {
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return [{ member, value, allowed: `one of ${shape.enum.join(", ")}` }];
  }
  const unlike = shape.pattern !== undefined && !wholly(shape.pattern).test(value);
  return [
    ...sizeProblems(shape, [...value].length, "characters", { member, value }),
    ...(unlike ? [{ member, value, allowed: `what ${shape.pattern} matches` }] : []),
  ];
}

function rangeProblems(shape: Shape, value: number, member: string): ModelProblem[] {
  return sizeProblems(shape, value, "", { member, value });
}

function sizeProblems(
  { min = -Infinity, max = Infinity }: Shape,
  size: number,
  unit: string,
  place: Pick<ModelProblem, "member" | "value">,
): ModelProblem[] {
  if (size >= min && size <= max) return [];
  const from = min === -Infinity ? "" : `from ${min} `;
  const to = max === Infinity ? "" : `to ${max} `;
  return [{ ...place, allowed: `${from}${to}${unit}`.trim() }];
}

const expressions = new Map<string, RegExp>();

/** AWS matches the whole value, in Java's dialect: what of it JavaScript says otherwise is translated. */
function wholly(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const expression = inEitherDialect(`^(?:${pattern.replaceAll("\\p{Print}", "[\\x20-\\x7E]")})$`);
  expressions.set(pattern, expression);
  return expression;
}

/** Properties of characters need JavaScript's strict dialect, and needless escapes its lax one. */
function inEitherDialect(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch (error) {
    if (/\\[pP]\{/.test(pattern)) throw error;
    return new RegExp(pattern);
  }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
