import test, { type ExecutionContext } from "ava";
import { ExtensionsApi } from "../../../local/lambda/extensions-api.ts";
import { RuntimeApi } from "../../../local/lambda/runtime-api.ts";

const runtime = {
  polled: () => {},
  pollDropped: () => {},
  initFailed: () => {},
  invocationFailed: () => {},
  responded: () => Promise.resolve(),
};

async function listen(t: ExecutionContext, names: readonly string[]) {
  const api = await RuntimeApi.listen();
  const extensions = new ExtensionsApi(names);
  api.attach(runtime, extensions);
  t.teardown(() => api.close());
  const url = `http://${api.address}/2020-01-01/extension`;
  const register = (name: string, body = "{}") =>
    fetch(`${url}/register`, { method: "POST", headers: { "Lambda-Extension-Name": name }, body });
  const next = (identifier: string) =>
    fetch(`${url}/event/next`, { headers: { "Lambda-Extension-Identifier": identifier } });
  return { extensions, url, register, next };
}

test("extensions are registered when all are, and ready when all wait", async (t) => {
  const { extensions, register, next } = await listen(t, ["one", "two"]);
  const steps: string[] = [];
  const registered = extensions.registered().then(() => steps.push("registered"));
  const ready = extensions.ready().then(() => steps.push("ready"));
  const identifiers: string[] = [];
  for (const name of ["one", "two"]) {
    t.deepEqual(steps, []);
    const response = await register(name, '{ "events": [] }');
    t.is(response.status, 200);
    identifiers.push(response.headers.get("Lambda-Extension-Identifier") ?? "");
  }
  await registered;
  t.is(new Set(identifiers).size, 2);
  // They wait as long as the environment lives; its end cuts the connection.
  for (const identifier of identifiers) next(identifier).catch(() => {});
  await ready;
  t.deepEqual(steps, ["registered", "ready"]);
});

test("an environment without extensions does not wait for any", async (t) => {
  const { extensions } = await listen(t, []);
  await extensions.registered();
  await extensions.ready();
  t.pass();
});

test("who is no extension, and events, are refused", async (t) => {
  const { register, next, url } = await listen(t, ["one"]);
  for (const [refused, errorType] of [
    [await register("other"), "Extension.UnknownExtension"],
    [await register("one", '{ "events": ["INVOKE", "SHUTDOWN"] }'), "Extension.InvalidEventType"],
    [await next("never given"), "Extension.UnknownExtensionIdentifier"],
  ] as const) {
    t.is(refused.status, 403);
    t.is(((await refused.json()) as { errorType: string }).errorType, errorType);
  }
  t.is((await fetch(`${url}/other`)).status, 404);
});
