import { withInputs } from "../helpers/alter-graph.ts";
import { recordProgram } from "../helpers/recorded-program.ts";
import { checkovTest, failedChecks, listedChecks } from "./checkov.ts";

const program = recordProgram({ config: ["chat=true", "lambdaChat=true"] });

checkovTest("each finding of Checkov's is listed with its reason, and nothing else is", async (t) => {
  t.timeout(300_000);
  const listed = listedChecks();
  t.deepEqual([...listed.keys()].sort(), await failedChecks((await program).graph));
  for (const [check, reason] of listed) t.regex(reason, /\w+ \w+ \w+/, check);
});

checkovTest("Checkov names what is opened on purpose", async (t) => {
  t.timeout(300_000);
  const { graph } = await program;
  const open = withInputs(
    withInputs(graph, { type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" }, () => ({
      blockPublicPolicy: false,
    })),
    { type: "aws:ecr/repository:Repository" },
    () => ({ imageTagMutability: "MUTABLE" }),
  );
  const added = (await failedChecks(open)).filter((check) => !listedChecks().has(check));
  t.true(
    ["CKV_AWS_51", "CKV_AWS_54"].every((check) => added.includes(check)),
    added.join(", "),
  );
});
