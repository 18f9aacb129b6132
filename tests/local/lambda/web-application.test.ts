import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { buffer } from "node:stream/consumers";
import { MalformedPreludeError } from "../../../contract/response-prelude.ts";
import { freePort } from "../../../local/host/loopback.ts";
import { openGate } from "../../helpers/gate.ts";
import { query, restEvent } from "../../helpers/rest-event.ts";
import {
  hostWebApplication,
  parseResponse,
  webApplicationTest as test,
} from "../../helpers/web-application.ts";

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly variables: Readonly<Record<string, string>>;
}

test("a request reaches an HTTP server through the real adapter, its path still encoded", async (t) => {
  const { send } = await hostWebApplication(t);
  const { metadata, payload } = await send("/request/a%20b%2Fc", {
    ...query({ q: "1 2" }),
    httpMethod: "POST",
    multiValueHeaders: { "X-Own": ["yes"] },
    body: "hello",
  });
  t.is(metadata.statusCode, 200);
  t.is(metadata.headers?.["content-length"], String(payload.length));
  const { method, path, headers, body } = JSON.parse(payload) as SeenRequest;
  t.deepEqual([method, path, body], ["POST", "/request/a%20b%2Fc?q=1+2", "hello"]);
  t.is(headers["x-own"], "yes");
});

test("an HTTP server has the variables of a Python runtime, and a port that is not the configured one", async (t) => {
  const { host, arn, send } = await hostWebApplication(t, {
    variables: { AWS_LWA_PORT: "8080", OWN: "1" },
  });
  const { variables } = JSON.parse((await send("/request")).payload) as SeenRequest;
  t.like(variables, {
    OWN: "1",
    _HANDLER: "run.sh",
    AWS_EXECUTION_ENV: "AWS_Lambda_python3.13",
    LAMBDA_TASK_ROOT: host.code(arn).folder,
    PYTHONPATH: variables["LAMBDA_RUNTIME_DIR"],
  });
  t.is(variables["PORT"], variables["AWS_LWA_PORT"]);
  t.not(variables["PORT"], "8080");
});

test("cookies go into the prelude's cookies", async (t) => {
  const { send } = await hostWebApplication(t);
  const { metadata } = await send("/cookies");
  t.is(metadata.statusCode, 201);
  t.deepEqual(metadata.cookies, ["a=1", "b=2"]);
  t.is(metadata.headers?.["x-one"], "1");
});

test("a header that a server repeats breaks the prelude, as API Gateway reads it", async (t) => {
  const { send, stream } = await hostWebApplication(t);
  const { body } = await stream(restEvent("/repeated"));
  t.true(body.toString().includes('"vary":["Origin","Accept"]'));
  await t.throwsAsync(send("/repeated"), { instanceOf: MalformedPreludeError });
});

test("responses without a body have a prelude and an end", async (t) => {
  const { send } = await hostWebApplication(t);
  const nothing = await send("/nothing");
  t.is(nothing.metadata.statusCode, 204);
  t.is(nothing.payload, "");
  const head = await send("/", { httpMethod: "HEAD" });
  t.is(head.metadata.headers?.["content-length"], "5");
  t.is(head.payload, "");
});

test("a chunk passes the adapter before the server writes the next", async (t) => {
  const { host, request } = await hostWebApplication(t);
  const gate = await openGate(t);
  const event = restEvent("/steps", query({ gate: gate.url }));
  const { contentType, body } = await host.invokeWithResponseStream(request(event));
  t.is(contentType, "application/vnd.awslambda.http-integration-response");
  let received = Buffer.alloc(0);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, chunk]);
    if (received.toString().endsWith("one")) gate.letThrough();
  }
  t.is(parseResponse(received).payload, "onetwo");
});

test("a body that the server cuts ends well, with the adapter's own words inside", async (t) => {
  const { send, log } = await hostWebApplication(t);
  const { metadata, payload } = await send("/cut");
  t.is(metadata.headers?.["content-length"], "100");
  t.regex(payload, /^halfLambda-Runtime-Function-Error-Type: Runtime\.StreamError\r\n/);
  t.deepEqual(log.entries, []);
});

test("a mistyped invoke mode is a buffered response", async (t) => {
  const { host, request } = await hostWebApplication(t, {
    variables: { AWS_LWA_INVOKE_MODE: "response-stream" },
  });
  const { body } = await host.invokeWithResponseStream(request(restEvent("/")));
  t.like(JSON.parse((await buffer(body)).toString()), { statusCode: 200, body: "ready" });
});

test("environments side by side have a port each", async (t) => {
  const { host, arn, send } = await hostWebApplication(t);
  const gates = await Promise.all([openGate(t), openGate(t), openGate(t)]);
  const responses = gates.map(({ url }) => send("/pid", query({ gate: url })));
  await Promise.all(gates.map((gate) => gate.reached()));
  for (const gate of gates) gate.letThrough();
  const answering = (await Promise.all(responses)).map(({ payload }) => Number(payload));
  const environments = await host.environments(arn);
  t.deepEqual(answering.sort(), environments.map(({ pid }) => pid).sort());
  t.is(environments.length, 3);
});

test("a port that a server is told to take is given to nobody else before it does", async (t) => {
  const reserved = await Promise.all(Array.from({ length: 50 }, freePort));
  for (let count = 0; count < 2000; count += 1) {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, "close");
    t.false(reserved.includes(port));
  }
  for (const port of reserved) {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  }
});
