import test from "ava";
import { PassThrough, Readable } from "node:stream";
import { FunctionError } from "../../../local/lambda/lambda-service.ts";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { startGateway, streamOf } from "../../helpers/running-gateway.ts";

const malformed: { title: string; stream: () => Readable; fault: RegExp; contentType?: string }[] = [
  { title: "no bytes at all", stream: () => Readable.from([]), fault: /ended after 0 bytes/ },
  { title: "no delimiter", stream: () => Readable.from([Buffer.from("{}")]), fault: /ended after 2 bytes/ },
  {
    title: "metadata above 16 KB",
    stream: () => streamOf({ headers: { a: "x".repeat(16_384) } }),
    fault: /16384/,
  },
  {
    title: "metadata that is no JSON",
    stream: () => Readable.from([Buffer.from("{\0\0\0\0\0\0\0\0")]),
    fault: /not JSON/,
  },
  {
    title: "a content type that announces no metadata",
    stream: () => streamOf({}, "x"),
    contentType: "application/octet-stream",
    fault: /application\/octet-stream/,
  },
  {
    title: "a header value HTTP cannot carry",
    stream: () => streamOf({ headers: { a: "b\nc: d" } }),
    fault: /header/,
  },
  {
    title: "a header name HTTP cannot carry",
    stream: () => streamOf({ headers: { "a b": "c" } }),
    fault: /header/,
  },
  { title: "a header outside Latin-1", stream: () => streamOf({ headers: { a: "日本" } }), fault: /header/ },
  { title: "an informational status", stream: () => streamOf({ statusCode: 101 }), fault: /101/ },
  {
    title: "a Content-Length in words",
    stream: () => streamOf({ headers: { "content-length": "five" } }),
    fault: /Content-Length/,
  },
];
for (const { title, stream, fault, contentType } of malformed) {
  test(`${title} is 500 before anything is sent`, async (t) => {
    const { url, lambda, errors } = await startGateway(t, sampleRestApi());
    let body = new Readable();
    lambda.onStream = () => (body = stream());
    if (contentType !== undefined) lambda.contentType = contentType;
    const response = await fetch(`${url}/download/a`);
    t.is(response.status, 500);
    t.is(await response.text(), '{"message": "Internal server error"}');
    t.true(body.destroyed);
    t.regex(String(errors.pop()), fault);
  });
}

test("a function that fails before its metadata is whole is 502", async (t) => {
  const { url, lambda, errors } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => {
    const body = new PassThrough();
    body.write('{"statusCode"', () => body.destroy(new FunctionError("Sandbox.Timedout", "")));
    return body;
  };
  t.is((await fetch(`${url}/download/a`)).status, 502);
  t.regex(String(errors.pop()), /Sandbox\.Timedout$/);
});
