import { join, relative } from "node:path";
import * as aws from "@pulumi/aws";
import { Image } from "@pulumi/awsx/ecr/index.js";
import * as pulumi from "@pulumi/pulumi";
import { buildContextDigest } from "./build-context.ts";
import { parsePrivateImage, repositoryArn } from "./private-image.ts";
import { lookUp, partitionOf, regionOf } from "../look-up.ts";
import type { Tags } from "../tags.ts";

/** Which image the tasks run. */
export interface ChatImageArgs {
  /**
   * An image that exists, for people without Docker; empty to have one built from `app/`.
   *
   * Shape: `{account}.dkr.ecr.{region}.amazonaws.com/{name}`, with `:{tag}` or `@sha256:{digest}`, in the Region of the
   * service, built for its `architecture`.
   * Default: empty. Errors: any other registry, thrown by the constructor before anything is registered; another Region,
   * when the Region is known.
   */
  readonly existing: string;
  /** Processor the image is built for. */
  readonly architecture: "arm64" | "x86_64";
  /** For a repository made here. */
  readonly tags: Tags;
}

/** Build context: the folder with `.dockerignore`. */
const projectFolder = join(import.meta.dirname, "..", "..");

/** Under the build context. */
const DOCKERFILE = "app/Dockerfile";

const platforms = { arm64: "linux/arm64", x86_64: "linux/amd64" } as const;

/** Builds that ECS can go back to, when a deployment fails; and those of updates that fail. */
const KEPT_IMAGES = 10;

/** The image of the container in `app/`, built with Docker and pushed to a repository of its own; or one that exists. */
export class ChatImage extends pulumi.ComponentResource {
  readonly uri: pulumi.Output<string>;
  /** Repository that tasks pull from. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: ChatImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ChatImage", name, {}, opts);
    if (args.existing) {
      this.uri = pulumi.output(args.existing);
      this.repositoryArn = this.#existingRepositoryArn(args.existing);
    } else {
      const repository = this.#addRepository(name, args.tags);
      this.uri = this.#uriIn(repository, name, args.architecture);
      this.repositoryArn = repository.arn;
    }
    this.registerOutputs();
  }

  #existingRepositoryArn(uri: string): pulumi.Output<string> {
    const image = parsePrivateImage(uri);
    return pulumi
      .all([partitionOf({ parent: this }), regionOf({ parent: this })])
      .apply(([partition, region]) => repositoryArn(image, partition, region));
  }

  #addRepository(name: string, tags: Tags): aws.ecr.Repository {
    const repository = new aws.ecr.Repository(
      name,
      {
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        // Holds nothing that the next `up` does not build again, so no `destroy` has to stop at it.
        forceDelete: true,
        tags,
      },
      { parent: this },
    );
    new aws.ecr.LifecyclePolicy(
      name,
      {
        repository: repository.name,
        policy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: KEPT_IMAGES },
              action: { type: "expire" },
            },
          ],
        }),
      },
      { parent: this },
    );
    return repository;
  }

  /** Builds only under a tag that is not there: the repository is immutable, and refuses another push of one that is. */
  #uriIn(
    repository: aws.ecr.Repository,
    name: string,
    architecture: ChatImageArgs["architecture"],
  ): pulumi.Output<string> {
    const platform = platforms[architecture];
    // awsx's own tag stands for paths and arguments, and would stay the same when the code changes. It also names a
    // resource of awsx's by the tag, which two services of one stack must not share.
    const imageTag = `${name}-${buildContextDigest(projectFolder, DOCKERFILE, platform)}`;
    const digest = repository.name.apply((repositoryName) =>
      pushedDigest({ repositoryName, imageTag }, { parent: this }),
    );
    return pulumi
      .all([repository.repositoryUrl, digest])
      .apply(([repositoryUrl, imageDigest]) =>
        imageDigest === undefined
          ? this.#build(name, repository, { imageTag, platform })
          : pulumi.output(`${repositoryUrl}@${imageDigest}`),
      );
  }

  #build(
    name: string,
    repository: aws.ecr.Repository,
    image: { readonly imageTag: string; readonly platform: string },
  ): pulumi.Output<string> {
    // Relative, or every other machine would see another input and build anew under the same, immutable tag.
    const context = relative(process.cwd(), projectFolder) || ".";
    const { imageUri } = new Image(
      name,
      {
        repositoryUrl: repository.repositoryUrl,
        context,
        dockerfile: join(context, DOCKERFILE),
        ...image,
      },
      { parent: this, transforms: [keepPushedImage] },
    );
    return imageUri;
  }
}

/**
 * Digest of the image that a repository has under a tag; `undefined` where it has none. Asks for all images, of which
 * there are few, since the question for one alone is answered with an error when it is not there.
 */
async function pushedDigest(
  { repositoryName, imageTag }: { readonly repositoryName: string; readonly imageTag: string },
  options: pulumi.InvokeOptions,
): Promise<string | undefined> {
  const { imageIds } = await lookUp(
    {
      what: `the image repository "${repositoryName}"`,
      remedy: "whoever deploys needs ecr:ListImages; if it was deleted by hand, run npx pulumi refresh",
    },
    aws.ecr.getImages({ repositoryName }, options),
  );
  return imageIds.find((image) => image.imageTag === imageTag)?.imageDigest;
}

/**
 * Sets what awsx's image has no argument for: pushed images stay when the resource goes, and are left to the repository's
 * lifecycle. It goes with the first `up` that finds the image pushed, while tasks run it; and a changed tag is another
 * build to Pulumi, which may come out the same as the former. The provider deletes from ECR, by digest, what a resource
 * that goes has pushed.
 * Sources:
 * https://www.pulumi.com/registry/packages/docker-build/api-docs/image/ ("Tag deletion and refreshes")
 * https://github.com/pulumi/pulumi-docker-build/issues/606
 */
const keepPushedImage: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === "docker-build:index:Image"
    ? { props, opts: pulumi.mergeOptions(opts, { retainOnDelete: true }) }
    : undefined;
