import { ListObjectsV2Command, PutObjectCommand, type ListObjectsV2CommandInput } from "@aws-sdk/client-s3";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { failure, runS3 } from "../../helpers/running-s3.ts";

const keys = ["a.txt", "a/1", "a/2", "a/b/3", "b/4", "c", "\u{fffd}", "\u{1f600}"];

async function runWithKeys(t: ExecutionContext, stored: readonly string[]) {
  const s3 = await runS3(t);
  for (const Key of stored) await s3.client.send(new PutObjectCommand({ Bucket: "files", Key, Body: "x" }));
  const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
    s3.client.send(new ListObjectsV2Command({ Bucket: "files", ...input }));
  return { ...s3, list };
}

test("keys are listed in the order of their bytes", async (t) => {
  const { list } = await runWithKeys(t, [...keys].reverse());
  const answer = await list();
  t.deepEqual(
    answer.Contents?.map(({ Key }) => Key),
    keys,
  );
  t.like(answer, { Name: "files", KeyCount: keys.length, IsTruncated: false, MaxKeys: 1000 });
  t.like(answer.Contents?.[0], {
    Size: 1,
    ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
    StorageClass: "STANDARD",
  });
  t.true(answer.Contents?.[0]?.LastModified instanceof Date);
});

test("prefix, delimiter and start-after choose what is listed", async (t) => {
  const { list } = await runWithKeys(t, keys);
  const names = async (input: Partial<ListObjectsV2CommandInput>) => {
    const { Contents = [], CommonPrefixes = [] } = await list(input);
    return [Contents.map(({ Key }) => Key), CommonPrefixes.map(({ Prefix }) => Prefix)];
  };
  t.deepEqual(await names({ Prefix: "a/" }), [["a/1", "a/2", "a/b/3"], []]);
  t.deepEqual(await names({ Prefix: "a/", Delimiter: "/" }), [["a/1", "a/2"], ["a/b/"]]);
  t.deepEqual(await names({ Prefix: "a", Delimiter: "/" }), [["a.txt"], ["a/"]]);
  t.deepEqual(await names({ StartAfter: "a/2", Delimiter: "/" }), [
    ["c", "\u{fffd}", "\u{1f600}"],
    ["a/", "b/"],
  ]);
  t.deepEqual(await names({ Prefix: "nothing/" }), [[], []]);
  t.deepEqual(await names({ MaxKeys: 0 }), [[], []]);
});

test("pages put together are the whole list, whatever their size", async (t) => {
  const { list } = await runWithKeys(t, keys);
  const pageSizes = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(pageSizes, fc.constantFrom("", "/"), async (MaxKeys, Delimiter) => {
      const input = { MaxKeys, Delimiter: Delimiter === "" ? undefined : Delimiter };
      const listed: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const page = await list({ ...input, ContinuationToken: token });
        t.true((page.KeyCount ?? 0) <= MaxKeys);
        t.is(page.IsTruncated, page.NextContinuationToken !== undefined);
        for (const { Key } of page.Contents ?? []) listed.push(Key);
        for (const { Prefix } of page.CommonPrefixes ?? []) listed.push(Prefix);
        token = page.NextContinuationToken;
      } while (token !== undefined);
      t.deepEqual(
        listed.sort(),
        (Delimiter === "" ? keys : ["a.txt", "a/", "b/", "c", "\u{fffd}", "\u{1f600}"]).toSorted(),
      );
    }),
    { numRuns: 12 },
  );
});

test("encoding-type=url encodes keys and prefixes", async (t) => {
  const { list } = await runWithKeys(t, ["a b/c+d&é.txt"]);
  const { Contents, EncodingType } = await list({ EncodingType: "url", Prefix: "a " });
  t.is(Contents?.[0]?.Key, "a+b/c%2Bd%26%C3%A9.txt");
  t.is(EncodingType, "url");
});

test("keys with characters that XML escapes are listed", async (t) => {
  const { list } = await runWithKeys(t, [`<a>&amp;"'\t.txt`]);
  t.is((await list()).Contents?.[0]?.Key, `<a>&amp;"'\t.txt`);
});

test("parameters that make no sense are refused", async (t) => {
  const { list, takeErrors } = await runWithKeys(t, []);
  t.like(await failure(list({ MaxKeys: -1 })), { name: "InvalidArgument", ArgumentName: "max-keys" });
  t.like(await failure(list({ ContinuationToken: "*" })), { name: "InvalidArgument" });
  t.is(takeErrors().length, 2);
});
