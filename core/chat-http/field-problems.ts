import type * as z from "zod/mini";

type Issue = z.core.$ZodIssue;

const MOST_PROBLEMS_TOLD = 10;
const MOST_NAME_CHARACTERS = 40;

/**
 * What is wrong with which field, in one line. Format: `messages[1].role: must be "assistant"; topP: must be at most 1`.
 * Repeats nothing of the request but the names of fields that do not belong there.
 */
export function describeProblems(issues: readonly Issue[]): string {
  const problems = issues.flatMap(problemsOf);
  const told = problems.slice(0, MOST_PROBLEMS_TOLD);
  const untold = problems.length - told.length;
  return [...told, ...(untold > 0 ? [`and ${untold} more`] : [])].join("; ");
}

function problemsOf(issue: Issue): string[] {
  const fields =
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return fields.map((path) => `${pathText(path)}: ${issue.message}`);
}

/** Format: `messages[1].role`, and for a name that needs it `messages[1]["no name"]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "body" : path.map(segmentText).join("").replace(/^\./, "");
}

function segmentText(segment: PropertyKey): string {
  if (typeof segment === "number") return `[${segment}]`;
  const name = String(segment);
  if (/^[A-Za-z_$][\w$]*$/.test(name) && name.length <= MOST_NAME_CHARACTERS) return `.${name}`;
  const shown = name.length > MOST_NAME_CHARACTERS ? `${name.slice(0, MOST_NAME_CHARACTERS)}...` : name;
  return `[${JSON.stringify(shown)}]`;
}
