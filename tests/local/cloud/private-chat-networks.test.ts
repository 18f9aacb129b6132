import test from "ava";
import { callChatApi, postStream, startChatCloud } from "../../helpers/chat-cloud.ts";
import { readChat } from "../../helpers/chat-client.ts";

/*
 * The whole path in the forms it has besides that of the other tests: encrypted up to the load balancer, and in a network that
 * is not the program's.
 */

const existingNetwork = [
  "vpcId=vpc-0123456789abcdef0",
  'subnetIds=["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]',
];

for (const { what, config } of [
  {
    what: "by HTTPS up to the load balancer",
    config: [
      "certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef",
      "certificateDomain=chat.example.com",
    ],
  },
  {
    what: "in an existing network, by endpoints made there",
    config: [...existingNetwork, 'routeTableIds=["rtb-0123456789abcdef0"]'],
  },
  {
    what: "in an existing network with endpoints of its own",
    config: [...existingNetwork, "createEndpoints=false"],
  },
]) {
  test(`chats, downloads and health checks are answered ${what}`, async (t) => {
    const cloud = await startChatCloud(t, { config: ["chatMinTasks=1", ...config] });
    await cloud.putObject("there.txt", "there");
    t.is((await readChat(await postStream(cloud))).at(-1)?.type, "done");
    t.is(await (await callChatApi(cloud, "/download/there.txt")).text(), "there");
    t.is((await fetch(`${cloud.outputs.chatApi.url}/health`)).status, 200);
  });
}
