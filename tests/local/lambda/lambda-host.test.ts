import { once } from "node:events";
import test from "ava";
import { codeSha256, readFolder } from "../../../local/lambda/function-code.ts";
import { HTTP_INTEGRATION_RESPONSE, LambdaServiceError } from "../../../local/lambda/lambda-service.ts";
import { openGate } from "../../helpers/gate.ts";
import { hostFunction, streaming } from "../../helpers/lambda-host.ts";

test("a streaming function's response arrives with its prelude, byte by byte", async (t) => {
  const { stream, log } = await hostFunction(
    t,
    streaming(`
      const response = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
      response.write("hello ");
      response.write(event.name);
      response.end();`),
  );
  const { contentType, body } = await stream({ name: "Ada" });
  t.is(contentType, HTTP_INTEGRATION_RESPONSE);
  t.is(body.toString(), '{"statusCode":201}\0\0\0\0\0\0\0\0hello Ada');
  t.deepEqual(log.entries, []);
});

test("a chunk reaches the caller before the function writes the next", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`
      for (const chunk of ["one", "two", "three"]) {
        stream.write(chunk);
        await fetch(event.gate + "/" + chunk);
      }
      stream.end();`),
  );
  const gate = await openGate(t);
  const { body } = await host.invokeWithResponseStream(request({ gate: gate.url }));
  for (const chunk of ["one", "two", "three"]) {
    const [received] = (await once(body, "data")) as [Buffer];
    t.is(received.toString(), chunk);
    gate.letThrough();
  }
  await once(body, "end");
});

test("an empty response is a response", async (t) => {
  const { stream } = await hostFunction(t, streaming(`stream.end();`));
  const { contentType, body } = await stream();
  t.is(contentType, "application/octet-stream");
  t.is(body.length, 0);
});

test("a buffered function answers both kinds of invocation with its JSON", async (t) => {
  const { host, request, stream } = await hostFunction(
    t,
    `export const handler = async (event) => ({ twice: event.n * 2 });`,
  );
  t.is((await host.invoke(request({ n: 21 }))).toString(), '{"twice":42}');
  const { contentType, body } = await stream({ n: 4 });
  t.is(contentType, "application/json");
  t.is(body.toString(), '{"twice":8}');
});

test("a streaming function answers a buffered invocation with all its bytes", async (t) => {
  const { host, request } = await hostFunction(
    t,
    streaming(`
      const response = awslambda.HttpResponseStream.from(stream, {});
      response.write("a"); response.end("b");`),
  );
  t.is((await host.invoke(request())).toString(), "{}\0\0\0\0\0\0\0\0ab");
});

test("the function's code is the recorded archive, written out in full", async (t) => {
  const { host, arn } = await hostFunction(t, streaming(`stream.end();`));
  const { sha256, folder } = host.code(arn);
  t.is(codeSha256(await readFolder(folder)), sha256);
});

test("a function that is not there is not found", async (t) => {
  const { host, request } = await hostFunction(t, streaming(`stream.end();`));
  await t.throwsAsync(host.invoke({ ...request(), functionArn: "arn:aws:lambda:x:1:function:other" }), {
    instanceOf: LambdaServiceError,
    code: "ResourceNotFoundException",
  });
});

test("a caller without a permission is refused, and the function never runs", async (t) => {
  const { host, arn, request, log } = await hostFunction(t, streaming(`stream.end();`));
  const caller = {
    service: "apigateway.amazonaws.com",
    sourceArn: "arn:aws:execute-api:eu-central-1:1:other/dev/GET/",
  };
  await t.throwsAsync(host.invokeWithResponseStream({ ...request(), caller }), {
    instanceOf: LambdaServiceError,
    code: "AccessDeniedException",
  });
  t.deepEqual(await host.environments(arn), []);
  t.is(log.entries.length, 1);
});
