import { InputError } from "../input-error.ts";

/** An image in a private ECR registry, taken apart. */
export interface PrivateImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
}

/** With a tag or a digest. */
export const privateImage =
  /^(?<registryId>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<repositoryName>[a-z0-9._/-]+)(?::[\w.-]{1,128}|@sha256:[0-9a-f]{64})$/;

/** Ends the sentence "allowed: ...". */
export const allowedImages =
  "an image in a private ECR registry, with a tag or a digest, such as " +
  '"123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat:1.0"';

/**
 * Takes an image's URI apart. Docker Hub, public.ecr.aws and every other registry have no endpoint in the network, so
 * that a task could never pull from there.
 *
 * @throws InputError for an image in any other registry than a private one of ECR, or without tag and digest.
 */
export function parsePrivateImage(uri: string): PrivateImage {
  const { registryId, region, repositoryName } = privateImage.exec(uri)?.groups ?? {};
  if (registryId === undefined || region === undefined || repositoryName === undefined) {
    throw new InputError(
      `image is "${uri}"; allowed: ${allowedImages}; copy it there, the subnets lead to no other registry`,
    );
  }
  return { registryId, region, repositoryName };
}

/**
 * The ARN of the repository that an image is in.
 *
 * @param region Where the service is, and with it the endpoints.
 * @throws InputError when the image is in another.
 */
export function repositoryArn(image: PrivateImage, partition: string, region: string): string {
  if (image.region !== region) {
    throw new InputError(
      `image is in ${image.region}; allowed: an image in ${region}, the one Region the subnets lead to; copy it there`,
    );
  }
  return `arn:${partition}:ecr:${region}:${image.registryId}:repository/${image.repositoryName}`;
}
