import { RecordedRestApi, region, accountId } from "./recorded-rest-api.ts";

export const loadBalancerArn = `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/app/chat/1`;
export const loadBalancerDns = `internal-chat-1.${region}.elb.amazonaws.com`;

/** An API before a load balancer: `ANY /` and `ANY /{proxy+}`, both streamed over the link `link`, stage `dev`. */
export function privateRestApi(inputs: Readonly<Record<string, unknown>> = {}): RecordedRestApi {
  const recorded = new RecordedRestApi(inputs)
    .add("aws:apigatewayv2/vpcLink:VpcLink", "link", { inputs: { securityGroupIds: ["sg-link"] } })
    .path("proxy", "root", "{proxy+}");
  addPrivateMethod(recorded, "any-root", "root", { uri: `http://${loadBalancerDns}:80/` });
  addPrivateMethod(recorded, "any-proxy", "proxy", {
    uri: `http://${loadBalancerDns}:80/{proxy}`,
    requestParameters: { "integration.request.path.proxy": "method.request.path.proxy" },
  });
  return recorded
    .change("any-proxy", { requestParameters: { "method.request.path.proxy": true } })
    .stage("dev");
}

function addPrivateMethod(
  recorded: RecordedRestApi,
  name: string,
  resourceId: string,
  inputs: Readonly<Record<string, unknown>>,
): void {
  recorded.method(name, resourceId, "ANY", "STREAM").change(`${name}-integration`, {
    type: "HTTP_PROXY",
    integrationHttpMethod: "ANY",
    connectionType: "VPC_LINK",
    connectionId: "link",
    integrationTarget: loadBalancerArn,
    ...inputs,
  });
}
