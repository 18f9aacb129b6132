import * as pulumi from "@pulumi/pulumi";

/**
 * By type, what AWS does not change in place inside awsx's load balancer and service. A security group is another one exactly
 * when the VPC is, and then load balancer and tasks have to be made anew there: AWS refuses a load balancer the subnets of
 * another VPC. A listener on another port is made beside the old one, which goes when the API has let go of it.
 * Source: https://github.com/pulumi/pulumi-aws/issues/1382
 */
const replacedOnChanges: Readonly<Record<string, string[]>> = {
  "aws:lb/loadBalancer:LoadBalancer": ["securityGroups"],
  "aws:lb/listener:Listener": ["port"],
  "aws:ecs/service:Service": ["networkConfiguration.securityGroups"],
};

/** A transform for what awsx's components do not let their users say about the resources inside: what is replaced with the network. */
export const replaceWithNetwork: pulumi.ResourceTransform = ({ type, props, opts }) => {
  const replaceOnChanges = replacedOnChanges[type];
  return replaceOnChanges && { props, opts: pulumi.mergeOptions(opts, { replaceOnChanges }) };
};
