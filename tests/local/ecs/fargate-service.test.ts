import test from "ava";
import { graphOfService, targetGroupArn } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";

const two = { desiredCount: 2 };

test("as many tasks as desired run, each registered under a port of its own with the service's groups", async (t) => {
  const { service, registry } = await runContainers(t, graphOfService({ service: two }));
  const ports = service.tasks.map(({ port }) => port);
  t.is(new Set(ports).size, 2);
  t.deepEqual(
    registry.targets.map(({ targetGroupArn, target }) => ({ targetGroupArn, ...target })),
    ports.map((port) => ({ targetGroupArn, host: "127.0.0.1", port, securityGroupIds: ["task-group"] })),
  );
});
