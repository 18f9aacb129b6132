import test from "ava";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123";
const certificate = { arn, domain: "chat.internal.example" };
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const CERTIFICATE = "aws:acm/certificate:Certificate";

/** What a mistyped certificate would break in a service that runs. */
const changes = [
  "awsx:lb:ApplicationLoadBalancer",
  "awsx:ecs:FargateService",
  "aws:apigateway/integration:Integration",
  "aws:apigateway/deployment:Deployment",
];

const issued = { status: "ISSUED", domainName: "*.internal.example", subjectAlternativeNames: [] };

for (const [what, given, found, message] of [
  [
    "is not there",
    certificate,
    {
      [CERTIFICATE]: (): never => {
        throw new Error(`resource '${arn}' does not exist`);
      },
    },
    /chat\.internal\.example.*resource 'arn:aws:acm:.*' does not exist/,
  ],
  [
    "is in another Region",
    { ...certificate, arn: arn.replace("eu-central-1", "us-east-1") },
    {},
    /is in us-east-1; allowed: one in eu-central-1/,
  ],
  [
    "waits to be validated",
    certificate,
    { [CERTIFICATE]: () => ({ ...issued, status: "PENDING_VALIDATION" }) },
    /is PENDING_VALIDATION; allowed: one that is ISSUED/,
  ],
  [
    "is for another name",
    certificate,
    { [CERTIFICATE]: () => ({ ...issued, domainName: "www.example" }) },
    /is for www\.example; allowed: one for chat\.internal\.example/,
  ],
] as const) {
  test.serial(`a certificate that ${what} is refused before rules, listener or API change`, async (t) => {
    const registered: string[] = [];
    const run = recordPrivateChat({ args: { certificate: given }, existing: found, registered });
    const error = await t.throwsAsync(run);
    t.regex(error.message, message);
    t.deepEqual(
      registered.filter((type) => changes.includes(type)),
      [],
    );
    // Of the three rules those to tasks and endpoints have nothing to do with it.
    t.true(registered.filter((type) => type === INGRESS).length <= 2);
  });
}

test.serial("a certificate that would do is used", async (t) => {
  const { graph } = await recordPrivateChat({
    args: { certificate },
    existing: { [CERTIFICATE]: () => issued },
  });
  t.is(graph.ofType("awsx:lb:ApplicationLoadBalancer").length, 1);
});
