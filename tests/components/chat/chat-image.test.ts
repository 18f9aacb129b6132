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

const { imageTag } = only(graph, IMAGE).inputs;
const pushed = { imageDigest: `sha256:${"a".repeat(64)}`, imageTag };
const others = [
  { imageDigest: `sha256:${"b".repeat(64)}`, imageTag: "chat-of-before" },
  { imageDigest: "sha256:c" },
];

/** ECR's answer. */
const images = (imageIds: readonly object[]) => ({
  "aws:ecr/getImages:getImages": ({ repositoryName }: Readonly<Record<string, unknown>>) => ({
    id: repositoryName,
    repositoryName,
    imageIds: String(repositoryName).startsWith("chat-") ? imageIds : [],
  }),
});

test.serial(
  "an image that is pushed already is run as it is, by its digest, and not built again",
  async (t) => {
    const { graph: next } = await recordPrivateChat({ functions: images([...others, pushed]) });
    const repository = only(next, REPOSITORY);
    t.deepEqual(next.ofType(IMAGE), []);
    t.is(imageOf(next), `${String(repository.outputs.repositoryUrl)}@${pushed.imageDigest}`);
    t.deepEqual(repository.inputs, only(graph, REPOSITORY).inputs);
  },
);

test.serial("going back finds the image of before, and a change after that is built", async (t) => {
  const repositoryImages = [pushed];
  const change = () =>
    recordPrivateChat({ args: { architecture: "x86_64" }, functions: images(repositoryImages) });
  const { graph: changed } = await change();
  const built = only(changed, IMAGE).inputs.imageTag;
  t.not(built, imageTag);
  repositoryImages.push({ imageDigest: `sha256:${"d".repeat(64)}`, imageTag: built });
  const { graph: back } = await recordPrivateChat({ functions: images(repositoryImages) });
  t.true(imageOf(back).endsWith(`@${pushed.imageDigest}`));
  const { graph: forth } = await change();
  t.true(imageOf(forth).endsWith(`@sha256:${"d".repeat(64)}`));
  t.deepEqual([...back.ofType(IMAGE), ...forth.ofType(IMAGE)], []);
});

test.serial("a repository with other images alone has this one built", async (t) => {
  const { graph: next } = await recordPrivateChat({ functions: images(others) });
  t.is(imageOf(next), String(only(next, IMAGE).outputs.imageUri));
});

test.serial("a repository that cannot be looked at ends the program with one sentence", async (t) => {
  const refuse = () => {
    const details = "reading ECR Images: AccessDeniedException:\n\tnot authorized";
    throw Object.assign(new Error(details), { details });
  };
  await t.throwsAsync(recordPrivateChat({ functions: { "aws:ecr/getImages:getImages": refuse } }), {
    name: "ProgramError",
    message:
      /^the image repository "chat-[0-9a-f]+" cannot be looked up: .*AccessDeniedException: not authorized; whoever deploys needs ecr:ListImages; if it was deleted by hand, run npx pulumi refresh$/,
  });
});

const OWN_IMAGE = "210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/chat:1.0";

test.serial("an image of one's own is pulled as it is, and nothing is built", async (t) => {
  const { graph } = await recordPrivateChat({ args: { image: OWN_IMAGE } });
  t.deepEqual([...graph.ofType(IMAGE), ...graph.ofType(REPOSITORY)], []);
  t.is(imageOf(graph), OWN_IMAGE);
  const { policy } = only(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", "chat-ecr.dkr").inputs;
  t.regex(String(policy), /"arn:aws:ecr:eu-central-1:210987654321:repository\/team\/chat"/);
});
