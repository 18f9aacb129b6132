import test from "ava";
import { encodePrelude } from "../../../contract/response-prelude.ts";
import { FunctionError } from "../../../local/lambda/lambda-service.ts";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { sendRaw, startGateway } from "../../helpers/running-gateway.ts";

test("all members of the result are optional", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = () => ({});
  const response = await fetch(`${url}/echo/a`);
  t.is(response.status, 200);
  t.is(response.headers.get("content-type"), "application/json");
  t.is(response.headers.get("content-length"), "0");
  t.is(await response.text(), "");
});

test("the length is counted again, and the function's own arrives remapped", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = () => ({ headers: { "Content-Length": "1" }, body: "日本" });
  const response = await fetch(`${url}/echo/a`);
  t.is(response.headers.get("content-length"), "6");
  t.is(response.headers.get("x-amzn-remapped-content-length"), "1");
  t.is(await response.text(), "日本");
});

const malformed: { title: string; result: unknown }[] = [
  { title: "text", result: "hello" },
  { title: "null", result: null },
  { title: "a list", result: [] },
  { title: "no JSON", result: Buffer.from("{") },
  { title: "nothing", result: Buffer.alloc(0) },
  { title: "an unknown member", result: { statusCode: 200, text: "x" } },
  { title: "cookies", result: { cookies: ["a=1"] } },
  { title: "a body that is no text", result: { body: { a: 1 } } },
  { title: "a status that is none", result: { statusCode: 700 } },
  { title: "an informational status", result: { statusCode: 100 } },
  { title: "a header that is an object", result: { headers: { a: {} } } },
  { title: "multiValueHeaders without lists", result: { multiValueHeaders: { a: "b" } } },
  { title: "a header value HTTP cannot carry", result: { headers: { a: "b\r\nc: d" } } },
];
for (const { title, result } of malformed) {
  test(`a result that is malformed by ${title} is 502`, async (t) => {
    const { url, lambda, errors } = await startGateway(t, sampleRestApi());
    lambda.onInvoke = () => result;
    const response = await fetch(`${url}/echo/a`);
    t.is(response.status, 502);
    t.is(await response.text(), '{"message": "Internal server error"}');
    t.is(response.headers.get("x-amzn-errortype"), "InternalServerErrorException");
    t.is(errors.length, 1);
    errors.pop();
  });
}

test("a result above Lambda's 6 MB is 502", async (t) => {
  const { url, lambda, errors } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = () => Promise.reject(new FunctionError("Function.ResponseSizeTooLarge", ""));
  const response = await fetch(`${url}/echo/a`);
  t.is(response.status, 502);
  t.is(await response.text(), '{"message": "Internal server error"}');
  t.regex(String(errors.pop()), /Function\.ResponseSizeTooLarge$/);
});

test("a response above the gateway's own limit is 502", async (t) => {
  const { url, lambda, errors } = await startGateway(t, sampleRestApi(), {
    limits: { gatewayBufferedResponseBytes: 10 },
  });
  lambda.onInvoke = (event) => ({ body: "x".repeat(Number(event.pathParameters?.["id"])) });
  t.is((await fetch(`${url}/echo/10`)).status, 200);
  t.is((await fetch(`${url}/echo/11`)).status, 502);
  t.regex(String(errors.pop()), /11 bytes/);
});

test("of a function that streams, only status and headers arrive", async (t) => {
  const { url, lambda, errors } = await startGateway(t, sampleRestApi());
  lambda.onInvoke = () => {
    const prelude = encodePrelude({ statusCode: 206, headers: { a: "b" }, cookies: ["c=1"] });
    return Buffer.concat([prelude, Buffer.from("lost")]);
  };
  const response = await fetch(`${url}/echo/a`);
  t.is(response.status, 206);
  t.is(response.headers.get("a"), "b");
  t.is(await response.text(), "");
  t.regex(String(errors.pop()), /BUFFERED: the body is lost$/);
});

const encoded = Buffer.from([0, 255, 1]).toString("base64");
const base64Cases = [
  { accept: "image/png", binaryMediaTypes: ["image/png"], isDecoded: true },
  { accept: "image/png, text/html", binaryMediaTypes: ["image/*"], isDecoded: true },
  { accept: "text/html, image/png", binaryMediaTypes: ["image/png"], isDecoded: false },
  { accept: "*/*", binaryMediaTypes: ["image/png"], isDecoded: false },
  { accept: "text/html", binaryMediaTypes: ["*/*"], isDecoded: true },
  { accept: "image/png", binaryMediaTypes: [], isDecoded: false },
];
for (const { accept, binaryMediaTypes, isDecoded } of base64Cases) {
  test(`base64 is ${isDecoded ? "decoded" : "left"} for Accept ${accept} and [${binaryMediaTypes.join()}]`, async (t) => {
    const { url, lambda } = await startGateway(t, sampleRestApi({ binaryMediaTypes }));
    lambda.onInvoke = () => ({ body: encoded, isBase64Encoded: true });
    const response = await fetch(`${url}/echo/a`, { headers: { Accept: accept } });
    const body = Buffer.from(await response.arrayBuffer());
    t.deepEqual(body, isDecoded ? Buffer.from(encoded, "base64") : Buffer.from(encoded));
  });
}

test("HEAD drops the body and says no length", async (t) => {
  const { port } = await startGateway(t, sampleRestApi());
  const received = await sendRaw(port, "HEAD /dev/echo/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  t.true(received.startsWith("HTTP/1.1 200 OK\r\n"));
  t.true(received.endsWith("\r\n\r\n"));
  t.notRegex(received, /content-length/i);
});
