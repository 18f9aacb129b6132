import { createHash } from "node:crypto";

/** How a stream ended, as its caller sees it. `silent` is what must never be: less than the whole, and a clean end. */
export type Outcome = "whole" | "told" | "broken" | "refused" | "silent";

/** Counts of outcomes. */
export type Outcomes = Readonly<Record<Outcome, number>>;

export function countOutcomes(outcomes: readonly Outcome[]): Outcomes {
  const counts = { whole: 0, told: 0, broken: 0, refused: 0, silent: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads a download to its end.
 *
 * @param onFirstBytes Called once, in the middle of the response.
 */
export async function downloadOutcome(
  response: Promise<Response>,
  digest: string,
  onFirstBytes: () => void = () => {},
): Promise<Outcome> {
  try {
    const { status, body } = await response;
    if (status !== 200 || body === null) return "refused";
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (chunks.length === 0) onFirstBytes();
      chunks.push(Buffer.from(chunk));
    }
    return sha256(Buffer.concat(chunks)) === digest ? "whole" : "silent";
  } catch {
    return "broken";
  }
}

/**
 * Reads a chat in JSON lines to its end.
 *
 * @param text The whole answer.
 */
export async function chatOutcome(
  response: Promise<Response>,
  text: string,
  onFirstBytes: () => void = () => {},
): Promise<Outcome> {
  try {
    const { status, body } = await response;
    if (status !== 200 || body === null) return "refused";
    let lines = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      if (lines === "") onFirstBytes();
      lines += chunk;
    }
    const events = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const last = events.at(-1) ?? {};
    if ("error" in last) return "told";
    const said = events.map(({ data }) => (typeof data === "string" ? data : "")).join("");
    return "done" in last && said === text ? "whole" : "silent";
  } catch {
    return "broken";
  }
}
