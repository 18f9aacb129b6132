import { apiGatewayRows } from "./api-gateway.ts";
import { awsxRows } from "./awsx.ts";
import { bucketRows } from "./bucket.ts";
import { containerRows } from "./containers.ts";
import { functionRows } from "./functions.ts";
import { networkRows } from "./network.ts";
import type { ResourceRow } from "./resource-row.ts";

export type { ApiCall } from "./resource-row.ts";

/**
 * The calls by which the provider makes each resource, with the members it fills from each property.
 * Source: https://github.com/hashicorp/terraform-provider-aws, `internal/service`
 */
export const resourceRows: Readonly<Record<string, ResourceRow>> = {
  ...apiGatewayRows,
  ...awsxRows,
  ...bucketRows,
  ...containerRows,
  ...functionRows,
  ...networkRows,
};
