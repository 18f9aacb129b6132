import type { ExecutionContext } from "ava";
import { downloadEvent, startDownloadFunction } from "../../helpers/invoke-download.ts";
import {
  type PythonServer,
  pythonTest,
  pythonVariants,
  startPythonServer,
} from "../../helpers/python-download.ts";
import { answerWithObject, type ReceivedRequest } from "../../helpers/scripted-s3.ts";
import { type Case, tables } from "./cases.ts";

/*
 * The Node.js function and the Python functions get the same requests and the same S3: what they ask S3, and what they
 * answer, has to be the same.
 */

for (const variant of pythonVariants) {
  for (const [subject, cases] of Object.entries(tables)) {
    pythonTest(`${variant} asks and answers like the Node.js function: ${subject}`, async (t) => {
      let s3: Case["s3"];
      const answer = (request: ReceivedRequest) =>
        s3 === undefined ? answerWithObject("0123456789", request) : s3(request);
      const nodejs = await startDownloadFunction(t, answer);
      const python = await startPythonServer(t, variant, answer);
      for (const one of cases) {
        ({ s3 } = one);
        const asked = [nodejs.requests.length, python.requests.length];
        const expected = await askNode(nodejs, one);
        const actual = await askPython(python, variant, one);
        t.deepEqual(actual, expected, JSON.stringify(one));
        compareS3Requests(t, python.requests.slice(asked[1]), nodejs.requests.slice(asked[0]), one);
      }
      await python.logged(cases.length);
      t.is(python.log.length, cases.length);
    });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function askNode(
  { invoke }: Awaited<ReturnType<typeof startDownloadFunction>>,
  { method = "GET", key = "k.txt", query = {}, headers = {} }: Case,
): Promise<Answer> {
  const { stream, done } = invoke(downloadEvent({ method, path: `/download/${key}`, query, headers }));
  await done;
  const { metadata, payload } = stream.response();
  const lowerCase = Object.entries(metadata.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  return {
    status: metadata.statusCode ?? 0,
    headers: Object.fromEntries(lowerCase) as Answer["headers"],
    body: String(payload),
  };
}

async function askPython(
  python: PythonServer,
  variant: string,
  { method = "GET", key = "k.txt", query = {}, headers = {} }: Case,
): Promise<Answer> {
  const search = new URLSearchParams(query).toString();
  const path = `/${variant}/${key}${search && `?${search}`}`;
  const { status, headers: answered, body } = await python.request({ method, path, headers });
  // The test opens a connection for each request; the adapter keeps its own.
  const others = Object.fromEntries(Object.entries(answered).filter(([name]) => name !== "connection"));
  return { status, headers: others, body: String(body) };
}

/** What S3 is asked for: the object, the part, the conditions and the checksum. */
function compareS3Requests(
  t: ExecutionContext,
  actual: readonly ReceivedRequest[],
  expected: readonly ReceivedRequest[],
  one: Case,
): void {
  const asked = ({ method, url, headers }: ReceivedRequest) => [
    method,
    decodeURIComponent(url.replace(/\?.*/, "")),
    ...["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"].map(
      (name) => headers[name],
    ),
    headers["x-amz-checksum-mode"],
  ];
  t.deepEqual(actual.map(asked), expected.map(asked), JSON.stringify(one));
}
