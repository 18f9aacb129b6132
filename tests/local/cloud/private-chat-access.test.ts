import test, { type ExecutionContext } from "ava";
import { callChatApi, type ChatCloud, postStream, startChatCloud } from "../../helpers/chat-cloud.ts";
import { readChat, textOf } from "../../helpers/chat-client.ts";
import { fetchSigned } from "../../helpers/signed-request.ts";

/* Who is let in to the chat API, by each kind of authorization. */

const chat = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message: "hi" }),
};

/** The chat API with one task. */
function startWithAuth(t: ExecutionContext, ...config: readonly string[]): Promise<ChatCloud> {
  return startChatCloud(t, { config: ["chatMinTasks=1", ...config] });
}

async function isAnswered(response: Response): Promise<boolean> {
  return response.status === 200 && textOf(await readChat(response)) !== "";
}

test("one API key opens both APIs, and nothing else opens either", async (t) => {
  const cloud = await startWithAuth(t);
  await cloud.putObject("there.txt", "there");
  t.true(await isAnswered(await postStream(cloud)));
  t.is(await (await callChatApi(cloud, "/download/there.txt")).text(), "there");
  t.is(await (await cloud.download("there.txt")).text(), "there");
  for (const key of ["", "wrong-key-of-twenty-letters"]) {
    t.is((await postStream(cloud, undefined, { "x-api-key": key })).status, 403);
    t.is((await cloud.download("there.txt", { headers: { "x-api-key": key } })).status, 403);
  }
});

test("a quota is used up by both APIs together, and health checks are free", async (t) => {
  const cloud = await startWithAuth(t, "quotaPerDay=2");
  await cloud.putObject("there.txt", "there");
  t.true(await isAnswered(await postStream(cloud)));
  t.is((await cloud.download("there.txt")).status, 200);
  const refused = await postStream(cloud);
  t.is(refused.status, 429);
  t.like(await refused.json(), { error: { code: "quota_exceeded" } });
  t.is((await fetch(`${cloud.outputs.chatApi.url}/health`)).status, 200);
});

test("without authorization anyone may chat, download and load the page", async (t) => {
  const cloud = await startWithAuth(t, "auth=none");
  const { url } = cloud.outputs.chatApi;
  await cloud.putObject("there.txt", "there");
  t.falsy(cloud.outputs.apiKey);
  t.true(await isAnswered(await fetch(`${url}/stream`, chat)));
  t.is(await (await fetch(`${url}/download/there.txt`)).text(), "there");
  t.is((await fetch(`${url}/`)).status, 200);
});

test("with IAM who signs may chat and download; there is no page, and health checks need no signature", async (t) => {
  const cloud = await startWithAuth(t, "auth=iam");
  const { url, routes } = cloud.outputs.chatApi;
  const { credentials } = cloud.outputs.local;
  const { region } = cloud.outputs;
  await cloud.putObject("there.txt", "there");
  t.true(await isAnswered(await fetchSigned(`${url}/stream`, credentials, { ...chat, region })));
  t.is(await (await fetchSigned(`${url}/download/there.txt`, credentials, { region })).text(), "there");

  t.is((await fetch(`${url}/stream`, chat)).status, 403);
  const wrongSecret = { ...credentials, secretAccessKey: "wrong" };
  t.is((await fetchSigned(`${url}/stream`, wrongSecret, { ...chat, region })).status, 403);

  t.false(routes.includes("GET /"));
  t.is((await fetch(`${url}/`)).status, 403);
  t.is((await fetchSigned(`${url}/`, credentials, { region })).status, 404);
  t.is((await fetch(`${url}/health`)).status, 200);
});
