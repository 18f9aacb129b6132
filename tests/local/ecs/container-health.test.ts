import test from "ava";
import { type HealthWatchOptions, watchHealth } from "../../../local/ecs/health-watch.ts";
import { graphOfService, healthCheck } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";
import { until } from "../../helpers/until.ts";

test("a container whose health check fails is replaced", async (t) => {
  const { service, ask, error } = await runContainers(t, graphOfService({ container: { healthCheck } }));
  const [sick] = service.tasks;
  await ask("/sicken");
  await error(new RegExp(`task ${sick?.taskId} stopped: Task failed container health checks`));
  const [next] = await until(() => service.tasks.length === 1 && service.tasks);
  t.not(next?.taskId, sick?.taskId);
});

test("a health check may be a shell's command line", async (t) => {
  const command = ["CMD-SHELL", 'test "$PORT" != "" && test -f main.mjs || exit 1'];
  const { service } = await runContainers(t, graphOfService({ container: { healthCheck: { command } } }));
  t.is(service.tasks.length, 1);
});

test("a service whose container never passes its check gives up", async (t) => {
  const command = ["CMD", "node", "-e", "process.exit(1)"];
  const check = { command, interval: 5, retries: 1 };
  const { service, errors } = await runContainers(t, graphOfService({ container: { healthCheck: check } }));
  t.deepEqual(service.tasks, []);
  t.regex(errors()[0] ?? "", /Task failed container health checks/);
});

for (const [what, results, options, healths] of [
  ["one success makes it healthy", [true], {}, ["healthy"]],
  ["failures below the retries change nothing", [true, false, false, true], {}, ["healthy", "healthy"]],
  [
    "as many failures in a row as retries make it unhealthy",
    [true, false, false, false],
    {},
    ["healthy", "unhealthy"],
  ],
  [
    "failures in the start period do not count",
    [false, false, false, false, true],
    { startPeriodSeconds: 300 },
    ["healthy"],
  ],
  [
    "failures count after the first success, in the start period too",
    [true, false, false, false],
    { startPeriodSeconds: 300 },
    ["healthy", "unhealthy"],
  ],
] as const) {
  test(`of a container's checks, ${what}`, async (t) => {
    t.deepEqual(await watched(results, options), [...healths]);
  });
}

/** The healths reported while the checks go as told. */
async function watched(
  results: readonly boolean[],
  check: Partial<HealthWatchOptions["check"]>,
): Promise<string[]> {
  const left = [...results];
  const over = new AbortController();
  const healths: string[] = [];
  await watchHealth({
    check: {
      command: [],
      intervalSeconds: 0,
      timeoutSeconds: 5,
      retries: 3,
      startPeriodSeconds: 0,
      ...check,
    },
    passes: () => {
      const result = left.shift();
      if (result === undefined) over.abort();
      return Promise.resolve(result ?? false);
    },
    timeScale: { starting: 1, running: 1 },
    onHealth: (health) => healths.push(health),
    signal: over.signal,
  });
  return healths;
}
