import test from "ava";
import { PassThrough } from "node:stream";
import { encodePrelude } from "../../../contract/response-prelude.ts";
import { openListener } from "../../../local/gateway/listener.ts";
import { LambdaServiceError, FunctionError } from "../../../local/lambda/lambda-service.ts";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { sendRaw, startGateway, streamOf } from "../../helpers/running-gateway.ts";

test("a deployed method streams the function's response to the client", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => streamOf({ statusCode: 206, headers: { ETag: '"a"' } }, "some bytes");
  const response = await fetch(`${url}/download/a/b.txt`);
  t.is(response.status, 206);
  t.is(response.headers.get("etag"), '"a"');
  t.is(response.headers.get("transfer-encoding"), "chunked");
  t.is(await response.text(), "some bytes");
});

test("a buffered method answers with the function's result", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = (event) => ({ statusCode: 201, headers: { X: "y" }, body: event.pathParameters?.["id"] });
  const response = await fetch(`${url}/echo/seven`, { method: "PUT" });
  t.is(response.status, 201);
  t.is(response.headers.get("x"), "y");
  t.is(await response.text(), "seven");
});

const refusals = [
  { title: "a path that is not deployed", path: "/dev/nothing", body: "Missing Authentication Token" },
  { title: "a resource without methods", path: "/dev/download", body: "Missing Authentication Token" },
  {
    title: "a method not declared",
    path: "/dev/download/a",
    method: "POST",
    body: "Missing Authentication Token",
  },
  {
    title: "OPTIONS that is not declared",
    path: "/dev/download/a",
    method: "OPTIONS",
    body: "Missing Authentication Token",
  },
  { title: "a greedy parameter left empty", path: "/dev/download/", body: "Missing Authentication Token" },
  { title: "the stage alone", path: "/dev", body: "Missing Authentication Token" },
  { title: "an unknown stage", path: "/prod/download/a", body: "Forbidden" },
  { title: "a stage that only begins alike", path: "/develop/download/a", body: "Forbidden" },
  { title: "no stage", path: "/", body: "Forbidden" },
];
for (const { title, path, method = "GET", body } of refusals) {
  test(`${title} is 403 ${body}`, async (t) => {
    const { port, lambda } = await startGateway(t, sampleRestApi());
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    t.is(response.status, 403);
    t.is(await response.text(), `{"message":"${body}"}`);
    t.is(response.headers.get("x-amzn-errortype"), `${body.replaceAll(" ", "")}Exception`);
    t.is(response.headers.get("content-type"), "application/json");
    t.is(lambda.requests.length, 0);
  });
}

test("GET does not answer HEAD", async (t) => {
  const { url } = await startGateway(
    t,
    sampleRestApi().remove("head-download").remove("head-download-integration"),
  );
  t.is((await fetch(`${url}/download/a`, { method: "HEAD" })).status, 403);
});

const undeployed = ["get-download", "get-download-integration"];
for (const name of undeployed) {
  test(`a method is not served when the deployment does not wait for ${name}`, async (t) => {
    const recorded = sampleRestApi();
    const dependsOn = ["key", "id", "any-echo", "any-echo-integration", ...undeployed].filter(
      (n) => n !== name,
    );
    recorded.add("aws:apigateway/deployment:Deployment", "dev-deployment", {
      inputs: { restApi: "api" },
      // The method's integration waits for the method, so the method needs taking off there as well.
      dependsOn:
        name === "get-download" ? dependsOn.filter((n) => n !== "get-download-integration") : dependsOn,
    });
    const { url } = await startGateway(t, recorded);
    const response = await fetch(`${url}/download/a`);
    t.is(response.status, 403);
    t.is(await response.text(), '{"message":"Missing Authentication Token"}');
  });
}

test("every answer carries a request id of its own", async (t) => {
  const { url } = await startGateway(t, sampleRestApi());
  const answers = [
    await fetch(`${url}/download/a`),
    await fetch(`${url}/nothing`),
    await fetch(`${url}/echo/a`),
  ];
  const ids = answers.map(({ headers }) => headers.get("x-amzn-requestid"));
  t.is(new Set(ids).size, 3);
  t.true(ids.every((id) => /^[0-9a-f-]{36}$/.test(String(id))));
  t.true(answers.every(({ headers }) => headers.get("x-amz-apigw-id") !== null));
});

test("the function is invoked as the recorded permission is written for", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  await fetch(`${url}/download/a/b`);
  t.deepEqual(lambda.requests[0]?.caller, {
    service: "apigateway.amazonaws.com",
    sourceArn: "arn:aws:execute-api:eu-west-1:123456789012:api/dev/GET/download/*",
  });
  t.is(lambda.requests[0]?.functionArn, "arn:aws:lambda:eu-west-1:123456789012:function:answer");
});

const failures = [
  {
    title: "a function that fails",
    error: new FunctionError("Error", "the message stays inside"),
    status: 502,
  },
  {
    title: "a function that times out",
    error: new FunctionError("Sandbox.Timedout", ""),
    status: 502,
  },
  {
    title: "Lambda's own throttling",
    error: new LambdaServiceError("TooManyRequestsException", "Rate Exceeded."),
    status: 500,
  },
  {
    title: "a missing permission",
    error: new LambdaServiceError("AccessDeniedException", "not allowed"),
    status: 500,
  },
] as const;
for (const { title, error, status } of failures) {
  for (const path of ["download/a", "echo/a"]) {
    test(`${title} is ${status} on ${path}`, async (t) => {
      const { url, lambda, errors } = await startGateway(t, sampleRestApi());
      lambda.onInvoke = () => Promise.reject(error);
      lambda.onStream = () => Promise.reject(error);
      const response = await fetch(`${url}/${path}`);
      t.is(response.status, status);
      t.is(await response.text(), '{"message": "Internal server error"}');
      t.is(response.headers.get("x-amzn-errortype"), "InternalServerErrorException");
      t.is(errors.length, 1);
      t.regex(
        String(errors.pop()),
        /^GET \/(download\/\{key\+\}|echo\/\{id\}) \(request [0-9a-f-]+\): (?!.*stays inside)/,
      );
    });
  }
}

test("an event above Lambda's 6 MB is 413 and nobody's fault but the client's", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = () => Promise.reject(new LambdaServiceError("RequestTooLargeException", "too large"));
  const response = await fetch(`${url}/echo/a`, { method: "POST", body: "x" });
  t.is(response.status, 413);
  t.is(await response.text(), '{"message":"Request Too Long"}');
});

for (const [path, hook] of [
  ["download/a", "onStream"],
  ["echo/a", "onInvoke"],
] as const) {
  test(`an integration that takes too long is 504 on ${path}`, async (t) => {
    const recorded = sampleRestApi()
      .change("get-download-integration", { timeoutMilliseconds: 50 })
      .change("any-echo-integration", { timeoutMilliseconds: 50 });
    const { url, lambda, errors } = await startGateway(t, recorded);
    lambda[hook] = () => new Promise<never>(() => {});
    const response = await fetch(`${url}/${path}`);
    t.is(response.status, 504);
    t.is(await response.text(), '{"message": "Endpoint request timed out"}');
    t.regex(String(errors.pop()), /longer than 50 ms$/);
  });
}

test("one connection serves pipelined requests in order, also after a refusal", async (t) => {
  const { port, lambda } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = (event) => ({ body: `[${event.path}]` });
  const lines = (path: string, more = ""): string => `POST ${path} HTTP/1.1\r\nHost: a\r\n${more}`;
  const received = await sendRaw(
    port,
    lines("/dev/echo/1", "Content-Length: 3\r\n\r\nabc") +
      lines("/dev/nothing", "Content-Length: 3\r\n\r\nabc") +
      lines("/dev/echo/2", "Connection: close\r\nContent-Length: 0\r\n\r\n"),
  );
  t.deepEqual(received.match(/\[[^\]]*\]|Missing Authentication Token/g), [
    "[/echo/1]",
    "Missing Authentication Token",
    "[/echo/2]",
  ]);
});

test("an integration that is not simulated is 500, and said so on loading", async (t) => {
  const recorded = sampleRestApi().change("any-echo-integration", { type: "HTTP" });
  const { url, errors, warnings } = await startGateway(t, recorded);
  t.is((await fetch(`${url}/echo/a`)).status, 500);
  t.regex(String(errors.pop()), /HTTP integrations are not simulated/);
  t.regex(warnings.join(), /any-echo: HTTP integrations/);
});

test("closing the gateway ends open responses and frees the port", async (t) => {
  const { gateway, url, port, lambda } = await startGateway(t, sampleRestApi());
  const body = new PassThrough();
  body.write(encodePrelude({}));
  lambda.onStream = () => body;
  const response = await fetch(`${url}/download/a`);
  await gateway.close();
  await t.throwsAsync(response.text());
  t.true(body.destroyed);
  const next = await openListener(port);
  t.teardown(() => next.close());
});
