import { mkdtempSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { projectFolder } from "../download-code.ts";
import { NeutralBedrock, type PeerSample, RunningService } from "./running-service.ts";
import { installedServices, type PeerService } from "./services.ts";

/** Size of a measurement; tests take a small one. */
export interface PeersOptions {
  readonly services: readonly PeerService[];
  /** Answers open at a time, from few to many. */
  readonly streams: readonly number[];
  readonly rounds: number;
  /** Tokens of one answer. */
  readonly tokens: number;
  readonly tokensPerSecond: number;
  /** Answers of one token each that are opened at once. */
  readonly openings: number;
  /** Open answers between which a stream's memory is measured, in a fresh process. */
  readonly memoryStreams: { readonly few: number; readonly many: number };
}

/** All samples of one service, in order of measuring. */
export interface PeerResult {
  readonly name: string;
  readonly loads: readonly { readonly streams: number; readonly samples: readonly PeerSample[] }[];
  readonly openings: readonly PeerSample[];
  readonly memory: readonly { readonly few: PeerSample; readonly many: PeerSample }[];
}

export const defaultPeersOptions: Omit<PeersOptions, "services"> = {
  streams: [1, 20, 50, 100, 200, 400],
  rounds: 5,
  tokens: 100,
  tokensPerSecond: 20,
  openings: 200,
  memoryStreams: { few: 50, many: 400 },
};

/**
 * Measures services that stream a model's answers, each the only one at work, all in front of one Bedrock, in one run.
 * Their order changes with each round.
 */
export async function measurePeers(options: Partial<PeersOptions> = {}): Promise<PeerResult[]> {
  const settled = { ...defaultPeersOptions, services: installedServices(), ...options };
  const buildFolder = mkdtempSync(join(tmpdir(), "streamgate-peers-"));
  try {
    buildPrograms(buildFolder);
    const bedrock = await NeutralBedrock.start(buildFolder);
    try {
      return await measureInTurn(settled, bedrock, buildFolder);
    } finally {
      bedrock.stop();
    }
  } finally {
    rmSync(buildFolder, { recursive: true });
  }
}

function buildPrograms(folder: string): void {
  execFileSync(process.execPath, [join(projectFolder, "app", "build.mjs"), join(folder, "app")]);
  buildSync({
    entryPoints: ["neutral-bedrock", "floor", "load"].map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    logLevel: "warning",
  });
}

async function measureInTurn(
  options: PeersOptions,
  bedrock: NeutralBedrock,
  buildFolder: string,
): Promise<PeerResult[]> {
  const { services, streams, rounds, openings, memoryStreams } = options;
  const results = services.map(({ name }) => ({
    name,
    loads: streams.map((count) => ({ streams: count, samples: [] as PeerSample[] })),
    openings: [] as PeerSample[],
    memory: [] as { few: PeerSample; many: PeerSample }[],
  }));
  const long = { tokens: options.tokens, tokensPerSecond: options.tokensPerSecond };
  const surroundings = { buildFolder, bedrockPort: bedrock.port };
  for (let round = 0; round < rounds; round++) {
    for (const index of orderOf(round, services.length)) {
      const [service, result] = [services[index], results[index]];
      if (service === undefined || result === undefined) continue;
      console.error(`round ${round + 1} of ${rounds}: ${service.name}`);
      await withService(service, surroundings, async (fresh) => {
        await bedrock.setShape(long);
        const few = await fresh.load(memoryStreams.few);
        result.memory.push({ few, many: await fresh.load(memoryStreams.many) });
      });
      await withService(service, surroundings, async (running) => {
        // Compiles what runs for the first time.
        await bedrock.setShape(long);
        await running.load(memoryStreams.few);
        for (const { streams: count, samples } of result.loads) samples.push(await running.load(count));
        await bedrock.setShape({ tokens: 1, tokensPerSecond: options.tokensPerSecond });
        result.openings.push(await running.load(openings));
      });
    }
  }
  return results;
}

async function withService(
  service: PeerService,
  surroundings: { readonly buildFolder: string; readonly bedrockPort: number },
  use: (running: RunningService) => Promise<void>,
): Promise<void> {
  const running = await RunningService.start(service, surroundings);
  try {
    await use(running);
  } finally {
    await running.stop();
  }
}

/** Another service goes first in each round, and every second round goes backwards. */
function orderOf(round: number, length: number): number[] {
  const order = Array.from({ length }, (_, index) => (index + round) % length);
  return round % 2 === 0 ? order : order.reverse();
}
