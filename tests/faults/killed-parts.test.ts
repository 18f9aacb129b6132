import test, { type ExecutionContext } from "ava";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { postStream, shareChatCloud } from "../helpers/chat-cloud.ts";
import { until } from "../helpers/until.ts";
import { chatOutcome, countOutcomes, downloadOutcome, type Outcome, sha256 } from "./streams.ts";

const TEXT = "word ".repeat(60).trim();
const ROUNDS = 4;
const STREAMS = 10;

const object = randomBytes(16 * 1024 * 1024);

const filesFolder = mkdtempSync(join(tmpdir(), "streamgate-faults-"));
writeFileSync(join(filesFolder, "large.bin"), object);
process.once("exit", () => rmSync(filesFolder, { recursive: true }));

const cloud = shareChatCloud(test, {
  filesFolder,
  model: { reply: () => TEXT, firstTokenMilliseconds: 0, tokensPerSecond: 100 },
});

/** Strikes at the first bytes of the first stream of each round. */
async function rounds(open: (onFirstBytes: () => void) => Promise<Outcome>, strike: () => Promise<void>) {
  const outcomes: Outcome[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let struck: Promise<void> | undefined;
    const onFirstBytes = () => void (struck ??= strike());
    outcomes.push(...(await Promise.all(Array.from({ length: STREAMS }, () => open(onFirstBytes)))));
    await struck;
  }
  return countOutcomes(outcomes);
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined && pid > 0) process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}

async function stopForAMoment(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, "SIGSTOP");
  await sleep(500);
  for (const pid of pids) signal(pid, "SIGCONT");
}

function check(t: ExecutionContext, counts: ReturnType<typeof countOutcomes>): void {
  t.log(JSON.stringify(counts));
  t.is(counts.silent, 0);
  t.true(counts.whole > 0);
}

const download = (onFirstBytes: () => void) =>
  downloadOutcome(cloud().download("large.bin"), sha256(object), onFirstBytes);
const chat = (onFirstBytes: () => void) => chatOutcome(postStream(cloud()), TEXT, onFirstBytes);

const functionPids = async () => (await cloud().environments("download")).map(({ pid }) => pid);
const taskPids = () => cloud().containers.services.flatMap(({ tasks }) => tasks.map(({ pid }) => pid));

test.serial("downloads whose function's processes are stopped for a moment are whole", async (t) => {
  const counts = await rounds(download, async () => stopForAMoment(await functionPids()));
  check(t, counts);
  t.is(counts.whole, ROUNDS * STREAMS);
});

test.serial("chats whose tasks are stopped for a moment are whole", async (t) => {
  const counts = await rounds(chat, () => stopForAMoment(taskPids()));
  check(t, counts);
  t.is(counts.whole, ROUNDS * STREAMS);
});

test.serial("downloads whose function's processes are killed break off, or are whole", async (t) => {
  cloud().expectError(/^(lambda|gateway): /);
  const counts = await rounds(download, async () => {
    const [first, ...others] = await functionPids();
    for (const pid of [first, ...others.filter((_, index) => index % 2 === 0)]) signal(pid, "SIGKILL");
  });
  check(t, counts);
});

test.serial("chats whose task is killed break off or say so, and tasks come back", async (t) => {
  cloud().expectError(/^(ecs|elb|gateway): /);
  const { length } = taskPids();
  const counts = await rounds(chat, async () => {
    const [victim] = taskPids();
    signal(victim, "SIGKILL");
    await until(() => taskPids().length === length && !taskPids().includes(victim ?? 0), 60);
    await until(async () => (await postStream(cloud())).ok, 60);
  });
  check(t, counts);
});

test.serial("two hundred chats at once are all whole", async (t) => {
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => chat(() => {})));
  const counts = countOutcomes(outcomes);
  check(t, counts);
  t.is(counts.whole, 200);
});

test.serial("a short soak of downloads and chats leaves no memory taken", async (t) => {
  const load = async (milliseconds: number) => {
    const until = performance.now() + milliseconds;
    const outcomes: Outcome[] = [];
    const worker = async (open: typeof chat) => {
      while (performance.now() < until) outcomes.push(await open(() => {}));
    };
    await Promise.all([download, download, chat, chat, chat, chat].map(worker));
    return countOutcomes(outcomes);
  };
  await load(5000);
  const before = heapMegabytes();
  const counts = await load(15_000);
  const grown = heapMegabytes() - before;
  t.log(`${grown.toFixed(1)} MB more`);
  check(t, counts);
  t.is(counts.broken + counts.told + counts.refused, 0);
  t.true(grown < 40, `${grown} MB`);
});

function heapMegabytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
