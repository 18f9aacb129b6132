import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import type { PrivateHop } from "../../../local/gateway/vpc-link-service.ts";
import { type ResourcePick, withInputs, withoutResource } from "../../helpers/alter-graph.ts";
import { Backend } from "../../helpers/backend.ts";
import { loadBalancerGraph } from "../../helpers/recorded-load-balancer.ts";
import { loadBalancerDns } from "../../helpers/recorded-private-api.ts";
import { hopToListener, startLoadBalancer } from "../../helpers/running-load-balancer.ts";
import { until } from "../../helpers/until.ts";

const rule = (direction: "Ingress" | "Egress", name: string): ResourcePick => ({
  type: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
  name,
});
const httpsGraph = loadBalancerGraph({ listener: { port: 443, certificateArn: "arn" } });
const httpsRules = (graph: ResourceGraph): ResourceGraph =>
  [rule("Egress", "sg-link-egress"), rule("Ingress", "sg-balancer-ingress")].reduce(
    (altered, pick) => withInputs(altered, pick, () => ({ fromPort: 443, toPort: 443 })),
    graph,
  );

test("a hop leads to the listener that the port picks", async (t) => {
  const { links } = await startLoadBalancer(t);
  const { host, port } = links.connect(hopToListener);
  t.is(host, "127.0.0.1");
  t.true(port > 0);
});

const refused: {
  title: string;
  graph?: ResourceGraph;
  hop?: Partial<PrivateHop>;
  reason: "blocked" | "configuration";
  message: RegExp;
}[] = [
  {
    title: "a link without egress rule",
    graph: withoutResource(loadBalancerGraph(), rule("Egress", "sg-link-egress")),
    reason: "blocked",
    message:
      /^the VPC link cannot reach balancer: no egress rule of sg-link .* lets tcp 80 out to sg-balancer/,
  },
  {
    title: "a load balancer without ingress rule",
    graph: withoutResource(loadBalancerGraph(), rule("Ingress", "sg-balancer-ingress")),
    reason: "blocked",
    message: /: no ingress rule of sg-balancer .* lets tcp 80 in from sg-link/,
  },
  {
    title: "a link without groups",
    graph: withInputs(loadBalancerGraph(), { type: "aws:apigatewayv2/vpcLink:VpcLink" }, () => ({
      securityGroupIds: [],
    })),
    reason: "blocked",
    message: /no egress rule of no security group/,
  },
  {
    title: "another port, whose rules are missing too",
    hop: { endpoint: { scheme: "http", host: loadBalancerDns, port: 81 } },
    reason: "blocked",
    message: /lets tcp 81 out/,
  },
  {
    title: "a port without listener",
    graph: loadBalancerGraph({ listener: { port: 81 } }),
    reason: "blocked",
    message: /^balancer has no listener on port 80, only on 81$/,
  },
  {
    title: "another load balancer",
    hop: { loadBalancerArn: "arn:other" },
    reason: "configuration",
    message: /^arn:other is no load balancer of the program$/,
  },
  {
    title: "HTTPS to a listener of HTTP",
    hop: { endpoint: { scheme: "https", host: "chat.example.com", port: 80 } },
    reason: "configuration",
    message: /^the uri says https, and the listener on port 80 of balancer speaks http$/,
  },
  {
    title: "HTTP to a listener of HTTPS",
    graph: httpsRules(httpsGraph),
    hop: { endpoint: { scheme: "http", host: "chat.example.com", port: 443 } },
    reason: "configuration",
    message: /^the uri says http, and the listener on port 443 of balancer speaks https$/,
  },
  {
    title: "HTTPS under the load balancer's own name",
    graph: httpsRules(httpsGraph),
    hop: { endpoint: { scheme: "https", host: loadBalancerDns, port: 443 } },
    reason: "configuration",
    message: /^no certificate can name internal-chat/,
  },
];
for (const { title, graph = loadBalancerGraph(), hop = {}, reason, message } of refused) {
  test(`${title} leads nowhere: ${reason}`, async (t) => {
    const { links } = await startLoadBalancer(t, { graph });
    const error = t.throws(() => links.connect({ ...hopToListener, ...hop }), {
      name: "VpcLinkError",
      message,
    });
    t.like(error, { reason });
  });
}

for (const [title, hop] of [
  ["the certificate's name", { endpoint: { scheme: "https", host: "chat.example.com", port: 443 } }],
  [
    "any name, when nobody checks the certificate",
    { endpoint: { scheme: "https", host: loadBalancerDns, port: 443 }, verifiesCertificate: false },
  ],
] as const) {
  test(`HTTPS leads to its listener under ${title}`, async (t) => {
    const { links } = await startLoadBalancer(t, { graph: httpsRules(httpsGraph) });
    t.true(links.connect({ ...hopToListener, ...hop }).port > 0);
  });
}

for (const [title, pick, fault] of [
  [
    "no egress rule of the load balancer",
    rule("Egress", "sg-balancer-egress"),
    /^balancer: it cannot reach its targets: no egress rule of sg-balancer .* lets tcp 8080 out to sg-task/,
  ],
  [
    "no ingress rule of the tasks",
    rule("Ingress", "sg-task-ingress"),
    /^balancer: it cannot reach its targets: no ingress rule of sg-task .* lets tcp 8080 in from sg-balancer/,
  ],
] as const) {
  test(`with ${title} targets are unhealthy, requests are 504, and one error says why`, async (t) => {
    const backend = await Backend.start(t);
    const { url, add, errors } = await startLoadBalancer(t, {
      graph: withoutResource(loadBalancerGraph(), pick),
    });
    const target = add(backend);
    await until(() => target.health === "unhealthy");
    for (let count = 0; count < 2; count++) t.is((await fetch(url)).status, 504);
    t.is(backend.requests.length + backend.healthChecks.length, 0);
    t.is(errors.length, 1);
    t.regex(String(errors.pop()), fault);
  });
}
