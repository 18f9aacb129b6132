import test from "ava";
import { callExamples } from "../../../local/cli/call-examples.ts";
import { openStackOutputs } from "../../helpers/local-outputs.ts";

const downloadApi = {
  url: "http://127.0.0.1:8787/dev",
  restApiId: "downloads",
  stage: "dev",
  routes: ["GET /download/{key+}", "HEAD /download/{key+}"],
};
const chatApi = {
  url: "http://127.0.0.1:8788/dev",
  restApiId: "chat",
  stage: "dev",
  routes: ["ANY /", "ANY /{proxy+}", "GET /health"],
};
const small = { key: "small.txt", bytes: 5 };
const large = { key: "large.iso", bytes: 200_000_001 };

test("a file that one Lambda response cannot carry comes from the container", (t) => {
  const [first, second] = callExamples({ ...openStackOutputs, downloadApi, chatApi }, [large, small]);
  t.is(first, 'curl -fsS -o large.iso "http://127.0.0.1:8788/dev/download/large.iso"');
  t.is(second, 'curl -fsS -o small.txt "http://127.0.0.1:8787/dev/download/small.txt"');
});

test("without a container the files that fit are shown", (t) => {
  const examples = callExamples({ ...openStackOutputs, downloadApi }, [large, small]);
  t.deepEqual(examples, ['curl -fsS -o small.txt "http://127.0.0.1:8787/dev/download/small.txt"']);
});

test("without functions every file comes from the container", (t) => {
  const [first] = callExamples({ ...openStackOutputs, chatApi }, [small]);
  t.is(first, 'curl -fsS -o small.txt "http://127.0.0.1:8788/dev/download/small.txt"');
});

test("a name means nothing to the shell, and its key is encoded once", (t) => {
  const [example] = callExamples({ ...openStackOutputs, downloadApi }, [
    { key: "public/a $(id) 'b'.txt", bytes: 1 },
  ]);
  const key = "public/a%20%24(id)%20'b'.txt";
  t.is(example, `curl -fsS -o a_id_b_.txt "http://127.0.0.1:8787/dev/download/${key}"`);
});

test("signed requests carry the local cloud's own credentials", (t) => {
  const [example] = callExamples({ ...openStackOutputs, auth: "iam", downloadApi }, [small]);
  const options = '--aws-sigv4 "aws:amz:us-east-1:execute-api" --user "id:secret" -o small.txt';
  t.true(example?.startsWith(`curl -fsS ${options} `), example);
  const awkward = { key: "back\\slash.txt", bytes: 5 };
  const examples = callExamples({ ...openStackOutputs, auth: "iam", downloadApi }, [awkward, small]);
  t.deepEqual(examples, [example ?? ""], "what curl signs wrongly is not offered");
});
