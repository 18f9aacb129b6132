/** Which paths of a build context Docker leaves out. */
export interface DockerIgnore {
  /** @param path From the context's folder, with `/` between its parts. */
  readonly ignores: (path: string) => boolean;
  /** Whether a folder is left out with everything in it, so that nobody has to look inside. */
  readonly ignoresAllIn: (folder: string) => boolean;
}

interface Pattern {
  readonly allows: boolean;
  readonly parts: readonly string[];
  readonly expression: RegExp;
}

/**
 * Reads a `.dockerignore` the way Docker does: patterns are paths from the context's folder, `*` and `?` stay within a
 * part, `**` spans any number, a pattern covers what is below it, `!` takes a path back in, and the last one that fits decides.
 * Source: https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseDockerIgnore(text: string): DockerIgnore {
  const patterns = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parsePattern);
  const ignores = (path: string) =>
    patterns.findLast(({ expression }) => expression.test(path))?.allows === false;
  return {
    ignores,
    ignoresAllIn: (folder) =>
      ignores(folder) &&
      !patterns.some(({ allows, parts }) => allows && mayFitBelow(parts, folder.split("/"))),
  };
}

function parsePattern(line: string): Pattern {
  const allows = line.startsWith("!");
  const parts = (allows ? line.slice(1).trim() : line)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  return { allows, parts, expression: new RegExp(`^${parts.map(partExpression).join("")}(?:/|$)`, "u") };
}

/** One part of a pattern with the separator before it; a `**` brings its own. */
function partExpression(part: string, index: number, parts: readonly string[]): string {
  const separator = index === 0 || parts[index - 1] === "**" ? "" : "/";
  if (part === "**") return separator + (index === parts.length - 1 ? ".+" : "(?:[^/]+/)*");
  return (
    separator +
    part
      .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]")
  );
}

/** Whether a pattern can fit something below a folder. A wildcard can stand for any name. */
function mayFitBelow(parts: readonly string[], folder: readonly string[]): boolean {
  return folder.every((name, index) => {
    const part = parts[index];
    return part === undefined || part === name || /[*?[]/.test(part) || parts.slice(0, index).includes("**");
  });
}
