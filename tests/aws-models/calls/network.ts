import { as, group, list, tagsOf } from "../request-source.ts";
import type { Operation } from "../service-models.ts";
import type { ResourceRow } from "./resource-row.ts";

/** VPC links, endpoints and security groups. */
export const networkRows: Readonly<Record<string, ResourceRow>> = {
  "aws:apigatewayv2/vpcLink:VpcLink": {
    calls: [
      {
        operation: "apigatewayv2:CreateVpcLink",
        members: {
          Name: "name",
          SecurityGroupIds: "securityGroupIds",
          SubnetIds: "subnetIds",
          Tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    calls: [
      {
        operation: "ec2:CreateTags",
        when: "tags",
        members: { Resources: as("list", "id"), Tags: as("tagList", "tags") },
      },
    ],
    notSent: {
      vpcId: "what the group is found by",
      ingress: "rules are taken away",
      egress: "rules are taken away",
    },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    calls: [
      {
        operation: "ec2:CreateSecurityGroup",
        members: {
          GroupName: "name",
          Description: "description",
          VpcId: "vpcId",
          TagSpecifications: tagsOf("security-group"),
        },
      },
    ],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    calls: [
      {
        operation: "ec2:CreateVpcEndpoint",
        members: {
          VpcEndpointType: "vpcEndpointType",
          VpcId: "vpcId",
          ServiceName: "serviceName",
          PolicyDocument: as("json", "policy"),
          RouteTableIds: "routeTableIds",
          SubnetIds: "subnetIds",
          SecurityGroupIds: "securityGroupIds",
          PrivateDnsEnabled: "privateDnsEnabled",
          IpAddressType: "ipAddressType",
          TagSpecifications: tagsOf("vpc-endpoint"),
        },
      },
    ],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "ec2:AuthorizeSecurityGroupEgress",
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "ec2:AuthorizeSecurityGroupIngress",
  ),
};

function securityGroupRule(operation: Operation): ResourceRow {
  const described = { Description: "description" };
  return {
    calls: [
      {
        operation,
        members: {
          GroupId: "securityGroupId",
          IpPermissions: list(
            group({
              IpProtocol: "ipProtocol",
              FromPort: "fromPort",
              ToPort: "toPort",
              UserIdGroupPairs: list(group({ GroupId: "referencedSecurityGroupId", ...described })),
              PrefixListIds: list(group({ PrefixListId: "prefixListId", ...described })),
              IpRanges: list(group({ CidrIp: "cidrIpv4", ...described })),
              Ipv6Ranges: list(group({ CidrIpv6: "cidrIpv6", ...described })),
            }),
          ),
          TagSpecifications: tagsOf("security-group-rule"),
        },
      },
    ],
  };
}
