import type { PeerResult } from "./measure-peers.ts";
import { median, processorPerThousandTokens, tokenAgeP99 } from "./peers-report.ts";
import type { PeerSample } from "./running-service.ts";

const WIDTH = 960;
const PANEL = { width: 400, height: 280, top: 50 } as const;
const COLORS = ["#888888", "#d1495b", "#00798c", "#6a994e", "#8d6a9f", "#e08e0b"];

/** A chart of two panels over the number of streams, both axes logarithmic: processor time, and p99 of a token's age. */
export function peersChart(results: readonly PeerResult[]): string {
  const legendTop = PANEL.top + PANEL.height + 60;
  const height = legendTop + Math.ceil(results.length / 2) * 22;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#777777">`,
    panel(results, 70, "Processor time per 1,000 tokens (ms)", processorPerThousandTokens),
    panel(results, 540, "Age of a token, p99 (ms)", tokenAgeP99),
    ...results.map(({ name }, index) => {
      const [x, y] = [70 + (index % 2) * 470, legendTop + Math.floor(index / 2) * 22];
      return `<rect x="${x}" y="${y - 10}" width="14" height="10" fill="${colorOf(index)}"/><text x="${x + 20}" y="${y}">${escape(name)}</text>`;
    }),
    "</svg>\n",
  ].join("\n");
}

function panel(
  results: readonly PeerResult[],
  left: number,
  title: string,
  quantity: (sample: PeerSample) => number,
): string {
  const lines = results.map(({ loads }) =>
    loads.map(({ streams, samples }) => ({ streams, value: median(samples, quantity) })),
  );
  const x = logScale(
    lines.flat().map(({ streams }) => streams),
    left,
    left + PANEL.width,
  );
  const y = logScale(
    lines.flat().map(({ value }) => value),
    PANEL.top + PANEL.height,
    PANEL.top,
  );
  const bottom = PANEL.top + PANEL.height;
  const grid = y.ticks.map(
    (tick) =>
      `<path d="M${left} ${y.at(tick)}h${PANEL.width}" stroke="#cccccc" stroke-width="0.5"/><text x="${left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const counts = [...new Set(lines.flat().map(({ streams }) => streams))];
  const labels = counts.map(
    (streams) => `<text x="${x.at(streams)}" y="${bottom + 18}" text-anchor="middle">${streams}</text>`,
  );
  const curves = lines.map((points, index) => {
    const path = points.map(({ streams, value }) => `${x.at(streams)},${y.at(value)}`).join(" ");
    return `<polyline points="${path}" fill="none" stroke="${colorOf(index)}" stroke-width="2"/>`;
  });
  return [
    `<text x="${left}" y="${PANEL.top - 20}" font-weight="bold">${title}</text>`,
    ...grid,
    ...labels,
    `<text x="${left + PANEL.width / 2}" y="${bottom + 36}" text-anchor="middle">answers at once</text>`,
    ...curves,
  ].join("\n");
}

function logScale(values: readonly number[], from: number, to: number) {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const position = (value: number) => from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from);
  const decades = Array.from(
    { length: Math.floor(high) - Math.ceil(low) + 1 },
    (_, index) => 10 ** (Math.ceil(low) + index),
  );
  return { at: (value: number) => Number(position(value).toFixed(1)), ticks: decades };
}

function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? "#000000";
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
