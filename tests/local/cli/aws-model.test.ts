import test from "ava";
import { awsNotice } from "../../../local/cli/aws-model.ts";

test("whose bill it is stands there before the first chat", (t) => {
  const notice = awsNotice({
    accountId: "999988887777",
    arn: "arn:aws:iam::999988887777:user/me",
    region: "eu-central-1",
    model: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
  });
  t.regex(notice, /account +999988887777, as arn:aws:iam::999988887777:user\/me/);
  t.regex(notice, /region +eu-central-1/);
  t.regex(notice, /model +global\.anthropic\.claude-haiku-4-5-20251001-v1:0/);
  t.regex(notice, /every chat is billed to this account/);
});
