import test from "ava";
import { startTestCloud } from "../../helpers/local-cloud.ts";

test.serial("a prefix in another script: downloads under it work, and others are refused", async (t) => {
  const cloud = await startTestCloud(t, { config: ["keyPrefix=日本/"] });
  await cloud.putObject("日本/東京 é.txt", "hello");
  await cloud.putObject("other/x.txt", "secret");
  const inside = await cloud.download("日本/東京 é.txt");
  t.is(inside.status, 200);
  t.is(await inside.text(), "hello");
  t.is((await cloud.download("日本/none.txt")).status, 404);
  t.is((await cloud.download("other/x.txt")).status, 403);
});
