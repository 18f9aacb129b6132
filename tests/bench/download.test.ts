import { Readable } from "node:stream";
import test from "ava";
import { timeDownload, WrongAnswerError } from "../../bench/download.ts";
import { sha256 } from "../../bench/sample-object.ts";

const content = Buffer.from("the object's bytes");
const object = { key: "sample.bin", bytes: content.length, sha256: sha256(content) };

function answering(status: number, ...chunks: Buffer[]) {
  return { open: () => Promise.resolve({ status, body: Readable.from(chunks) }), close() {} };
}

test("an exact answer is timed, its first byte before its last", async (t) => {
  const times = await timeDownload(answering(200, content.subarray(0, 5), content.subarray(5)), object);
  t.true(times.firstByteMilliseconds >= 0);
  t.true(times.totalMilliseconds >= times.firstByteMilliseconds);
});

for (const [what, source] of [
  ["an error page", answering(502, Buffer.from("{}"))],
  ["a short answer", answering(200, content.subarray(0, -1))],
  ["a long answer", answering(200, content, content)],
  ["a changed byte", answering(200, Buffer.from("the object's Bytes"))],
  ["an empty answer", answering(200)],
] as const) {
  test(`${what} is not timed`, async (t) => {
    await t.throwsAsync(timeDownload(source, object), { instanceOf: WrongAnswerError });
  });
}
