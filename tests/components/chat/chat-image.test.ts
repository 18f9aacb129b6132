import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { only } from "../../helpers/recorded-program.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const IMAGE = "awsx:ecr:Image";
const REPOSITORY = "aws:ecr/repository:Repository";

const { graph } = await recordPrivateChat();

/** What the tasks run. */
function imageOf(from: ResourceGraph): string {
  const { taskDefinitionArgs } = only(from, "awsx:ecs:FargateService").inputs;
  return (taskDefinitionArgs as { readonly container: { readonly image: string } }).container.image;
}

test("the repository keeps what a tag stands for, scans it, and is gone with the stack", (t) => {
  t.deepEqual(only(graph, REPOSITORY).inputs, {
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    forceDelete: true,
    tags: { team: "web" },
  });
  const { policy, repository } = only(graph, "aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs;
  t.is(repository, only(graph, REPOSITORY).outputs.name);
  t.deepEqual(JSON.parse(String(policy)), {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 10 },
        action: { type: "expire" },
      },
    ],
  });
});

test.serial("another processor is another image under another tag", async (t) => {
  const { graph: other } = await recordPrivateChat({ args: { architecture: "x86_64" } });
  t.not(only(other, IMAGE).inputs.imageTag, only(graph, IMAGE).inputs.imageTag);
});

test("the image is built from the project's folder, under a digest of what is in it", (t) => {
  const { imageTag, ...inputs } = only(graph, IMAGE).inputs;
  t.regex(String(imageTag), /^chat-[0-9a-f]{32}$/);
  t.deepEqual(inputs, {
    repositoryUrl: only(graph, REPOSITORY).outputs.repositoryUrl,
    context: ".",
    dockerfile: "app/Dockerfile",
    platform: "linux/arm64",
  });
  t.is(imageOf(graph), String(only(graph, IMAGE).outputs.imageUri));
});

const OWN_IMAGE = "210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/chat:1.0";

test.serial("an image of one's own is pulled as it is, and nothing is built", async (t) => {
  const { graph } = await recordPrivateChat({ args: { image: OWN_IMAGE } });
  t.deepEqual([...graph.ofType(IMAGE), ...graph.ofType(REPOSITORY)], []);
  t.is(imageOf(graph), OWN_IMAGE);
  const { policy } = only(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", "chat-ecr.dkr").inputs;
  t.regex(String(policy), /"arn:aws:ecr:eu-central-1:210987654321:repository\/team\/chat"/);
});
