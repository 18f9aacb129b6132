import { randomBytes } from "node:crypto";
import { pythonTest, pythonVariants, startPythonServer } from "../../helpers/python-download.ts";
import { answerWithObject, s3Error } from "../../helpers/scripted-s3.ts";

const bytes = randomBytes(1_000_000);
const whole = answerWithObject(bytes, { headers: {} });
const changed = s3Error(412, "PreconditionFailed");

/** What the adapter may put behind a broken body has up to this many bytes. */
const ADAPTER_TEXT_BYTES = 1000;

for (const variant of pythonVariants) {
  pythonTest(`${variant} reads on from the next byte when S3 drops the connection`, async (t) => {
    const python = await startPythonServer(t, variant, (request) =>
      python.requests.length < 4
        ? { ...answerWithObject(bytes, request), cutAfterBytes: 300_000 }
        : answerWithObject(bytes, request),
    );
    const { status, body, complete } = await python.request();
    t.is(status, 200);
    t.true(complete);
    t.true(bytes.equals(body));
    const asked = python.requests.map(({ headers }) => [headers.range, headers["if-match"]]);
    const [, ...again] = asked;
    t.true(again.length >= 3);
    t.true(again.every(([range, etag]) => /^bytes=\d+-999999$/.test(range ?? "") && etag !== undefined));
    await python.logged(1);
    t.like(python.log[0], {
      outcome: "handed_over",
      bytesHandedOver: 1_000_000,
      objectBytes: 1_000_000,
      s3Requests: asked.length,
    });
  });

  pythonTest(`${variant} gives a range back as it was asked for, after a drop`, async (t) => {
    const python = await startPythonServer(t, variant, (request) => ({
      ...answerWithObject(bytes, request),
      ...(python.requests.length === 1 && { cutAfterBytes: 100_000 }),
    }));
    const { status, body } = await python.request({ headers: { range: "bytes=1000-500999" } });
    t.is(status, 206);
    t.true(bytes.subarray(1000, 501_000).equals(body));
    t.regex(python.requests[1]?.headers.range ?? "", /^bytes=\d+-500999$/);
  });

  pythonTest(`${variant} breaks off when the object has changed, and serves the next request`, async (t) => {
    const python = await startPythonServer(t, variant, [
      { ...whole, cutAfterBytes: 600_000 },
      changed,
      whole,
    ]);
    const { status, headers, body, complete } = await python.request();
    t.is(status, 200);
    t.is(headers["content-length"], "1000000");
    t.false(complete);
    t.true(bytes.subarray(0, body.length).equals(body));
    await python.logged(1);
    t.like(python.log[0], { outcome: "broken_off", cause: "ObjectChangedError", s3Requests: 2 });
    t.true((await python.request()).complete);
  });

  pythonTest(`${variant} never breaks off so late that the adapter's text could fill the gap`, async (t) => {
    const python = await startPythonServer(t, variant, [{ ...whole, cutAfterBytes: 999_999 }, changed]);
    const { body, complete } = await python.request();
    t.false(complete);
    t.true(body.length < bytes.length - ADAPTER_TEXT_BYTES, `${body.length} bytes`);
    t.true(body.length > 0);
  });

  pythonTest(`${variant} still has a status for what fails before the first byte`, async (t) => {
    const small = answerWithObject("0123456789", { headers: {} });
    const python = await startPythonServer(t, variant, [{ ...small, cutAfterBytes: 4 }, changed]);
    const { status, body } = await python.request();
    t.is(status, 502);
    t.regex(String(body), /^\{"error":\{"code":"upstream_error"/);
    await python.logged(1);
    t.like(python.log[0], { errorCode: "upstream_error", cause: "ObjectChangedError" });
  });

  pythonTest(`${variant} gives up after three tries that brought nothing`, async (t) => {
    const python = await startPythonServer(t, variant, (request) => ({
      ...answerWithObject(bytes, request),
      cutAfterBytes: python.requests.length === 1 ? 600_000 : 0,
    }));
    t.false((await python.request()).complete);
    t.is(python.requests.length, 4);
    await python.logged(1);
    t.is(python.log[0]?.outcome, "broken_off");
  });
}
