import type { StreamgateConfig } from "../../../components/config/streamgate-config.ts";
import { allowedVpcCidrs } from "../../../components/chat/vpc-cidr.ts";
import { countOf, type KeyRule, notWhole } from "./key-rule.ts";

const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const chatImage = `${ecr}/chat@sha256:${"0".repeat(64)}`;
export const certificate =
  "arn:aws:acm:eu-west-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab";
export const subnets = ["subnet-0a1b2c3d", "subnet-0a1b2c3e"];

type PrivateChatKey =
  | "chatCpu"
  | "chatMemoryMiB"
  | "chatMinTasks"
  | "chatMaxTasks"
  | "chatStreamsPerTask"
  | "chatImage"
  | "certificateArn"
  | "certificateDomain"
  | "vpcId"
  | "subnetIds"
  | "routeTableIds"
  | "createEndpoints"
  | "availabilityZones"
  | "vpcCidr";

/** The keys of the private chat service. */
export const privateChatRules: { readonly [key in PrivateChatKey]: KeyRule<StreamgateConfig[key]> } = {
  chatCpu: {
    default: 512,
    accepted: countOf(512),
    refused: ["0", "300", "8192", ...notWhole],
    allowed: "256, 512, 1024, 2048, 4096",
  },
  chatMemoryMiB: {
    default: 1024,
    accepted: { ...countOf(1024), ...countOf(4096) },
    refused: ["511", "30721", ...notWhole],
    allowed: "a whole number from 512 to 30720",
  },
  chatMinTasks: {
    default: 2,
    accepted: { ...countOf(1), ...countOf(10) },
    refused: ["0", "101", ...notWhole],
    allowed: "a whole number from 1 to 100",
  },
  chatMaxTasks: {
    default: 10,
    accepted: { ...countOf(2), ...countOf(1000) },
    refused: ["0", "1001", ...notWhole],
    allowed: "a whole number from 1 to 1000",
  },
  chatStreamsPerTask: {
    default: 200,
    accepted: { ...countOf(1), ...countOf(2000) },
    refused: ["0", "2001", ...notWhole],
    allowed: "a whole number from 1 to 2000",
  },
  chatImage: {
    default: "",
    accepted: { "": "", [chatImage]: chatImage, [`${ecr}/team/chat:v1.2`]: `${ecr}/team/chat:v1.2` },
    refused: [
      "chat",
      "docker.io/library/node:24",
      "public.ecr.aws/x/y:1",
      `${ecr}/chat`,
      `${ecr}/chat@sha256:1`,
    ],
    allowed:
      'empty, or an image in a private ECR registry, with a tag or a digest, such as "123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat:1.0"',
  },
  certificateArn: {
    default: "",
    accepted: { [certificate]: certificate },
    refused: ["abc", "arn:aws:iam::123456789012:server-certificate/x"],
    allowed: "empty, or an ACM certificate's ARN",
  },
  certificateDomain: {
    default: "",
    accepted: { "chat.internal.example.com": "chat.internal.example.com" },
    refused: ["localhost", "https://example.com", "*.example.com", "-a.example.com", "Example.com"],
    allowed: "empty, or a domain name the certificate is for",
  },
  vpcId: {
    default: "",
    accepted: { "vpc-0a1b2c3d": "vpc-0a1b2c3d", "vpc-0123456789abcdef0": "vpc-0123456789abcdef0" },
    refused: ["vpc", "vpc-XYZ12345", "subnet-0a1b2c3d"],
    allowed: "empty, or a VPC's id",
  },
  subnetIds: {
    default: [],
    accepted: { [JSON.stringify(subnets)]: subnets },
    refused: ["subnet-0a1b2c3d", '["vpc-0a1b2c3d"]', '["subnet-0a1b2c3d","subnet-0a1b2c3d"]'],
    allowed: "an array of ids of subnets, each once",
  },
  routeTableIds: {
    default: [],
    accepted: { '["rtb-0a1b2c3d"]': ["rtb-0a1b2c3d"] },
    refused: ["rtb-0a1b2c3d", '["subnet-0a1b2c3d"]'],
    allowed: "an array of ids of route tables, each once",
  },
  createEndpoints: {
    default: true,
    accepted: { true: true, false: false },
    refused: ["", "no"],
    allowed: "true or false",
  },
  availabilityZones: {
    default: [],
    accepted: {
      '["us-east-1a","us-gov-west-1b"]': ["us-east-1a", "us-gov-west-1b"],
    },
    refused: ["us-east-1a", '["us-east-1"]', '["use1-az1"]'],
    allowed: 'an array of names of zones such as "us-east-1a", each once',
  },
  vpcCidr: {
    default: "10.0.0.0/16",
    accepted: {
      "10.7.0.0/16": "10.7.0.0/16",
      "172.31.4.0/22": "172.31.4.0/22",
      "100.64.0.0/18": "100.64.0.0/18",
    },
    refused: [
      "",
      "10.0.0.0",
      "10.0.0.0/8",
      "10.0.0.0/23",
      "10.0.1.0/16",
      "8.8.0.0/16",
      "fd00::/16",
      "10.0.0.0/016",
    ],
    allowed: allowedVpcCidrs,
  },
};
