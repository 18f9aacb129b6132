import test from "ava";
import { recordProgram } from "../../helpers/recorded-program.ts";

/** AWS's answer for a service that has endpoints in these zones alone. */
const endpointsIn =
  (zones: readonly string[]) =>
  ({ service }: { readonly service?: unknown }) => ({
    id: `vpce-svc-${String(service)}`,
    availabilityZones: service === "ecr.api" ? zones : ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
  });

const run = (zones: readonly string[]) =>
  recordProgram({
    config: ["chat=true"],
    functions: { "aws:ec2/getVpcEndpointService:getVpcEndpointService": endpointsIn(zones) },
  });

test.serial("a zone without one of the endpoint services is not chosen", async (t) => {
  const { outputs } = await run(["eu-central-1b", "eu-central-1c"]);
  t.deepEqual(outputs.availabilityZones, ["eu-central-1b", "eu-central-1c"]);
});

test.serial("fewer than two zones with all endpoint services end the program with a sentence", async (t) => {
  await t.throwsAsync(run(["eu-central-1b"]), { message: /all endpoints can be had; needed: 2/ });
});
