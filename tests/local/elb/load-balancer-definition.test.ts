import test from "ava";
import { readLoadBalancers } from "../../../local/elb/load-balancer-definition.ts";
import { loadBalancerGraph } from "../../helpers/recorded-load-balancer.ts";
import { loadBalancerArn, loadBalancerDns } from "../../helpers/recorded-private-api.ts";

const read = (inputs = {}, targetGroup = {}) => readLoadBalancers(loadBalancerGraph(inputs, targetGroup))[0];

test("what the program left out is as AWS and awsx have it", (t) => {
  const definition = read({ listener: undefined }, { healthCheck: undefined });
  t.like(definition, {
    name: "balancer",
    arn: loadBalancerArn,
    dnsName: loadBalancerDns,
    securityGroupIds: ["sg-balancer"],
    idleTimeoutSeconds: 60,
    dropsInvalidHeaders: false,
    listeners: [{ port: 80, protocol: "HTTP" }],
  });
  t.like(definition?.targetGroup, {
    port: 8080,
    algorithm: "round_robin",
    deregistrationDelaySeconds: 300,
    healthCheck: {
      path: "/",
      intervalSeconds: 30,
      timeoutSeconds: 6,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
      matcher: [[200, 200]],
    },
  });
});

for (const [title, listener, expected] of [
  ["a port alone", { port: 8080 }, { port: 8080, protocol: "HTTP" }],
  ["port 443 alone", { port: 443, certificateArn: "arn" }, { port: 443, protocol: "HTTPS" }],
  ["HTTPS alone", { protocol: "HTTPS", certificateArn: "arn" }, { port: 443, protocol: "HTTPS" }],
] as const) {
  test(`a listener with ${title} is ${expected.protocol} on port ${expected.port}`, (t) => {
    t.deepEqual(read({ listener })?.listeners, [expected]);
  });
}

test("a load balancer can have several listeners", (t) => {
  const listeners = [{ port: 80 }, { port: 81 }];
  const ports = read({ listener: undefined, listeners })?.listeners.map(({ port }) => port);
  t.deepEqual(ports, [80, 81]);
});

test("a target group without port has the listener's", (t) => {
  t.is(read({ listener: { port: 81 } }, { port: undefined })?.targetGroup.port, 81);
});

test("a matcher lists statuses and ranges", (t) => {
  const healthCheck = { matcher: "200,204-299" };
  t.deepEqual(read({}, { healthCheck })?.targetGroup.healthCheck.matcher, [
    [200, 200],
    [204, 299],
  ]);
});

for (const [title, inputs, targetGroup, problem] of [
  ["no security groups", { securityGroups: undefined }, {}, /securityGroups is missing/],
  ["an idle timeout above 4000 s", { idleTimeout: 4001 }, {}, /idleTimeout is 4001; AWS allows 1 to 4000/],
  [
    "HTTPS without certificate",
    { listener: { port: 443 } },
    {},
    /A certificate must be specified for HTTPS listeners/,
  ],
  ["another protocol", { listener: { protocol: "TCP" } }, {}, /protocol is TCP, not HTTP or HTTPS/],
  [
    "listener actions",
    { listener: { defaultActions: [{ type: "redirect" }] } },
    {},
    /defaultActions .* not simulated/,
  ],
  ["HTTPS to the targets", {}, { protocol: "HTTPS" }, /only protocol HTTP with version HTTP1 is simulated/],
  [
    "HTTP/2 to the targets",
    {},
    { protocolVersion: "HTTP2" },
    /only protocol HTTP with version HTTP1 is simulated/,
  ],
  ["stickiness", {}, { stickiness: { enabled: true, type: "lb_cookie" } }, /stickiness is not simulated/],
  [
    "weighted random",
    {},
    { loadBalancingAlgorithmType: "weighted_random" },
    /weighted_random is not simulated/,
  ],
  [
    "an interval below 5 s",
    {},
    { healthCheck: { interval: 4, timeout: 2 } },
    /interval is 4; AWS allows 5 to 300/,
  ],
  [
    "a timeout as long as the interval",
    {},
    { healthCheck: { interval: 6, timeout: 6 } },
    /timeout must be below its interval/,
  ],
  [
    "a threshold of 1",
    {},
    { healthCheck: { healthyThreshold: 1 } },
    /healthyThreshold is 1; AWS allows 2 to 10/,
  ],
  ["a matcher of words", {}, { healthCheck: { matcher: "OK" } }, /matcher OK is not of the form/],
] as const) {
  test(`${title} is refused`, (t) => {
    const error = t.throws(() => read(inputs, targetGroup), { name: "GraphError", message: problem });
    t.true(error.message.startsWith('awsx:lb:ApplicationLoadBalancer "balancer": '));
  });
}
