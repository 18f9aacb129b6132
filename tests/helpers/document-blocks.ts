import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const projectFolder = join(import.meta.dirname, "..", "..");

/** A fenced code block of a document. */
export interface DocumentBlock {
  /** Path of the document in the project. */
  readonly document: string;
  /** First line of the block, from 1. */
  readonly line: number;
  /** Empty where the fence names none. */
  readonly language: string;
  /** Text of the HTML comment right before the block. */
  readonly mark: string | undefined;
  readonly text: string;
}

/** Every Markdown document that people read. */
export const documents: readonly string[] = [
  ...readdirSync(projectFolder).filter((name) => /^[A-Z].*\.md$/.test(name)),
  "local/README.md",
  ...readdirSync(join(projectFolder, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`),
];

export function readDocument(path: string): string {
  return readFileSync(join(projectFolder, path), "utf8");
}

export function blocksOf(document: string): DocumentBlock[] {
  const text = readDocument(document);
  const fences = /(?:^<!--\s*([^\n]*?)\s*-->\n+)?^( *)```([^\n]*)\n([\s\S]*?)^\2```$/gm;
  return [...text.matchAll(fences)].map(({ 0: whole, 1: mark, 3: language = "", 4: body = "", index }) => ({
    document,
    line: text.slice(0, index + whole.indexOf("```")).split("\n").length + 1,
    language,
    mark,
    text: body,
  }));
}
