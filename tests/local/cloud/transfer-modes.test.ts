import { join } from "node:path";
import test from "ava";
import type { ApiOutput } from "../../../contract/stack-outputs.ts";
import { projectFolder, startTestCloud } from "../../helpers/local-cloud.ts";

const MiB = 1024 * 1024;

test("what streams whole through a STREAM route fails through a BUFFERED one", async (t) => {
  const cloud = await startTestCloud(t, { projectFolder: join(projectFolder, "tests/fixtures/two-modes") });
  cloud.expectError(/^lambda: buffered/);
  cloud.expectError(/^gateway: /);
  const { api, apiKey } = cloud.outputs as unknown as { api: ApiOutput; apiKey: string };
  const get = (path: string) => fetch(`${api.url}${path}`, { headers: { "x-api-key": apiKey } });

  for (const route of ["streamed", "buffered"]) {
    const small = await get(`/${route}/${MiB}`);
    t.is(small.status, 200, route);
    t.is((await small.text()).length, MiB, route);
  }
  const streamed = await get(`/streamed/${12 * MiB}`);
  t.is(streamed.status, 200);
  t.is((await streamed.text()).length, 12 * MiB);

  const buffered = await get(`/buffered/${12 * MiB}`);
  t.is(buffered.status, 502);
  t.true((await buffered.text()).length < 200);
});
