import test from "ava";
import { InputError } from "../../../components/input-error.ts";
import { type PrivateChatChoices, checkPrivateChat } from "../../../components/chat/private-chat-args.ts";

const choices: PrivateChatChoices = {
  network: { availabilityZones: ["eu-west-1a", "eu-west-1b"] },
  model: "amazon.nova-lite-v1:0",
  maxTokens: 1024,
  cpu: 512,
  memoryMiB: 1024,
  minTasks: 2,
  maxTasks: 10,
  streamsPerTask: 200,
};
const existing = {
  subnetIds: ["subnet-1", "subnet-2"],
  routeTableIds: ["rtb-1"],
  createEndpoints: true,
};

for (const [what, changes] of [
  ["what a new network needs", {}],
  ["an existing network that gets endpoints", { network: existing }],
  [
    "an existing network with endpoints, whose route tables do not matter",
    { network: { ...existing, routeTableIds: [], createEndpoints: false } },
  ],
  ["a small network of its own", { network: { ...choices.network, cidrBlock: "192.168.4.0/22" } }],
  ["as many tasks at most as at least", { minTasks: 3, maxTasks: 3 }],
  ["one task with one stream", { minTasks: 1, streamsPerTask: 1 }],
  ["no image of one's own", { image: "" }],
] as const) {
  test(`accepted: ${what}`, (t) => {
    t.notThrows(() => checkPrivateChat("chat", { ...choices, ...changes }));
  });
}

for (const name of ["c", "chat-2", "internals", "sgx", "a".repeat(24)]) {
  test(`accepted as a name: ${name}`, (t) => {
    t.notThrows(() => checkPrivateChat(name, choices));
  });
}

for (const name of [
  ...["", "2chat", "chat-", "chat_2", "Chat", "my--chat", "a".repeat(25)],
  ...["internal", "internal-chat", "sg", "sg-chat"],
]) {
  test(`refused as a name: "${name}"`, (t) => {
    t.throws(() => checkPrivateChat(name, choices), {
      instanceOf: InputError,
      message:
        `name is "${name}"; allowed: 1 to 24 lower-case letters and digits, with single hyphens between, ` +
        "a letter first, and not internal, sg, internal-... or sg-...",
    });
  });
}

for (const [changes, message] of [
  [{ model: "anthropic.*" }, /^model is "anthropic\.\*"; allowed: a model id/],
  [{ image: "node:24" }, /^image is "node:24"; allowed: an image in a private ECR registry/],
  [
    { network: { availabilityZones: ["eu-west-1a"] } },
    'network.availabilityZones is "eu-west-1a"; allowed: two different zones or more',
  ],
  [
    { network: { availabilityZones: ["eu-west-1a", "eu-west-1b", "eu-west-1a"] } },
    'network.availabilityZones is "eu-west-1a, eu-west-1b, eu-west-1a"; allowed: two different zones or more',
  ],
  [
    { network: { ...existing, subnetIds: ["subnet-1"] } },
    'network.subnetIds is "1 subnet(s)"; allowed: two to 10, in different zones',
  ],
  [
    { network: { ...existing, subnetIds: Array.from({ length: 11 }, (_, index) => `subnet-${index}`) } },
    'network.subnetIds is "11 subnet(s)"; allowed: two to 10, in different zones',
  ],
  [
    { network: { ...existing, routeTableIds: [] } },
    'network.routeTableIds is ""; allowed: those of the subnets, because S3\'s endpoint is a route; or createEndpoints ' +
      "false where the VPC has endpoints",
  ],
  [{ cpu: 500 }, 'cpu is "500"; allowed: 256, 512, 1024, 2048, 4096'],
  [{ memoryMiB: 512 }, 'memoryMiB is "512"; allowed: with cpu 512: 1024, 2048, 3072, 4096'],
  [{ minTasks: 0 }, 'minTasks is "0"; allowed: a whole number from 1 to 100'],
  [{ minTasks: 1.5 }, 'minTasks is "1.5"; allowed: a whole number from 1 to 100'],
  [{ maxTasks: 1 }, 'maxTasks is "1"; allowed: not less than minTasks, which is 2'],
  [{ maxTasks: 1001 }, 'maxTasks is "1001"; allowed: a whole number from 1 to 1000'],
  [{ maxTokens: 64_001 }, 'maxTokens is "64001"; allowed: a whole number from 1 to 64000'],
  [{ maxTokens: NaN }, 'maxTokens is "NaN"; allowed: a whole number from 1 to 64000'],
  [{ streamsPerTask: 0 }, 'streamsPerTask is "0"; allowed: a whole number from 1 to 2000'],
] as const) {
  test(`refused: ${JSON.stringify(changes)}`, (t) => {
    t.throws(() => checkPrivateChat("chat", { ...choices, ...changes }), { instanceOf: InputError, message });
  });
}
