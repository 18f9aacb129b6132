export interface AvailabilityZone {
  /** Format: `eu-central-1a`. What a name stands for differs from account to account; here `a` is always the first. */
  readonly name: string;
  /** Format: `euc1-az1`. The same place for every account. */
  readonly id: string;
}

/** Regions in which an ordinary account does not see exactly the first three zones. */
const zoneNumbers: Readonly<Record<string, readonly number[]>> = {
  "us-east-1": [1, 2, 3, 4, 5, 6],
  "us-west-1": [1, 3],
  "us-west-2": [1, 2, 3, 4],
  "ap-northeast-1": [1, 2, 4],
  "ap-northeast-2": [1, 2, 3, 4],
  "ca-central-1": [1, 2, 4],
};

/** Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html */
export function availabilityZones(region: string): AvailabilityZone[] {
  return (zoneNumbers[region] ?? [1, 2, 3]).map((number, index) => ({
    name: region + String.fromCharCode("a".charCodeAt(0) + index),
    id: `${zoneIdPrefix(region)}-az${number}`,
  }));
}

/** Format: `use1` for us-east-1, `apne1` for ap-northeast-1. */
function zoneIdPrefix(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const [, northOrSouth, eastOrWest] = /^(north|south)?(.*)$/.exec(direction) ?? [];
  return area + (northOrSouth?.charAt(0) ?? "") + (eastOrWest?.charAt(0) ?? "") + number;
}
