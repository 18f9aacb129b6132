import test from "ava";
import { InputError } from "../../../components/input-error.ts";
import { parsePrivateImage, repositoryArn } from "../../../components/chat/private-image.ts";

const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

for (const [uri, region, repositoryName] of [
  [`${registry}/chat:1.0`, "eu-west-1", "chat"],
  [`${registry}/team/chat@${digest}`, "eu-west-1", "team/chat"],
  ["123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/chat:v1", "cn-north-1", "chat"],
] as const) {
  test(`${uri.slice(0, 70)} is in a private registry`, (t) => {
    t.deepEqual(parsePrivateImage(uri), { registryId: "123456789012", region, repositoryName });
  });
}

for (const [what, uri] of [
  ["Docker Hub's short form", "koa:latest"],
  ["Docker Hub", "docker.io/library/node:24"],
  ["ECR's public registry", "public.ecr.aws/docker/library/node:24"],
  ["another registry", "ghcr.io/someone/chat:1.0"],
  ["a host that only begins like ECR", `${registry}.example.com/chat:1.0`],
  ["neither tag nor digest", `${registry}/chat`],
  ["a digest that is too short", `${registry}/chat@sha256:abc`],
  ["an account's id that is too short", "12345.dkr.ecr.eu-west-1.amazonaws.com/chat:1.0"],
  ["nothing", ""],
] as const) {
  test(`an image is refused: ${what}`, (t) => {
    t.throws(() => parsePrivateImage(uri), {
      instanceOf: InputError,
      message:
        `image is "${uri}"; allowed: an image in a private ECR registry, with a tag or a digest, such as ` +
        '"123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat:1.0"; copy it there, the subnets lead to no other registry',
    });
  });
}

const image = parsePrivateImage(`${registry}/team/chat:1.0`);

test("the repository is of the image's account, in the service's Region and partition", (t) => {
  t.is(repositoryArn(image, "aws", "eu-west-1"), "arn:aws:ecr:eu-west-1:123456789012:repository/team/chat");
});

test("an image in another Region is refused", (t) => {
  t.throws(() => repositoryArn(image, "aws", "eu-central-1"), {
    instanceOf: InputError,
    message:
      "image is in eu-west-1; allowed: an image in eu-central-1, the one Region the subnets lead to; copy it there",
  });
});
