import test from "ava";
import { HTTP_INTEGRATION_RESPONSE } from "../../../local/lambda/lambda-service.ts";
import { hostFunction } from "../../helpers/lambda-host.ts";

test("a streaming function's response arrives with its prelude, byte by byte", async (t) => {
  const { stream, log } = await hostFunction(
    t,
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      const response = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
      response.write("hello ");
      response.write(event.name);
      response.end();
    });`,
  );
  const { contentType, body } = await stream({ name: "Ada" });
  t.is(contentType, HTTP_INTEGRATION_RESPONSE);
  t.is(body.toString(), '{"statusCode":201}\0\0\0\0\0\0\0\0hello Ada');
  t.deepEqual(log.entries, []);
});
