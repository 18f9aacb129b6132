import * as pulumi from "@pulumi/pulumi";

/**
 * What awsx's image does not let its users say about the build inside: that what it has pushed is left to the repository's
 * lifecycle. A changed tag is another build to Pulumi, and when the former goes, its provider deletes from ECR, by digest,
 * what that had pushed: an image that ECS may have to go back to or, when only a comment has changed and both builds come
 * out the same, the one that the new tasks were just started from.
 * Sources:
 * https://www.pulumi.com/registry/packages/docker-build/api-docs/image/ ("Tag deletion and refreshes")
 * https://github.com/pulumi/pulumi-docker-build/issues/606
 */
export const keepPushedImage: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === "docker-build:index:Image"
    ? { props, opts: pulumi.mergeOptions(opts, { retainOnDelete: true }) }
    : undefined;
