import test from "ava";
import { InputError } from "../../../components/input-error.ts";
import { type Zone, chooseZones as choose } from "../../../components/chat/choose-zones.ts";

/** Where every zone has all endpoints. */
const chooseZones = (region: string, account: readonly Zone[]) =>
  choose(
    region,
    account,
    account.map(({ name }) => name),
  );

const zones = (...pairs: readonly (readonly [name: string, id: string])[]) =>
  pairs.map(([name, id]) => ({ name, id }));

test("the first two supported places are chosen, whatever this account calls them", (t) => {
  const account = zones(["eu-west-1a", "euw1-az3"], ["eu-west-1b", "euw1-az1"], ["eu-west-1c", "euw1-az2"]);
  t.deepEqual(chooseZones("eu-west-1", account), ["eu-west-1b", "eu-west-1c"]);
});

test("the choice does not depend on the order in which AWS lists zones", (t) => {
  const account = zones(["eu-west-1a", "euw1-az3"], ["eu-west-1b", "euw1-az1"], ["eu-west-1c", "euw1-az2"]);
  t.deepEqual(chooseZones("eu-west-1", account.toReversed()), chooseZones("eu-west-1", account));
});

test("zones without VPC links, and local zones, are passed over", (t) => {
  t.deepEqual(
    chooseZones(
      "ap-east-1",
      zones(["ap-east-1a", "ape1-az1"], ["ap-east-1b", "ape1-az2"], ["ap-east-1c", "ape1-az3"]),
    ),
    ["ap-east-1b", "ap-east-1c"],
  );
  t.deepEqual(
    chooseZones(
      "us-east-1",
      zones(
        ["us-east-1-atl-1a", "use1-atl1-az1"],
        ["us-east-1e", "use1-az3"],
        ["us-east-1f", "use1-az5"],
        ["us-east-1d", "use1-az6"],
      ),
    ),
    ["us-east-1f", "us-east-1d"],
  );
});

for (const [what, region, account, found] of [
  [
    "an account that sees one supported zone",
    "eu-west-3",
    zones(["eu-west-3a", "euw3-az1"], ["eu-west-3b", "euw3-az2"]),
    1,
  ],
  [
    "a Region without VPC links",
    "ap-south-2",
    zones(["ap-south-2a", "aps2-az1"], ["ap-south-2b", "aps2-az2"]),
    0,
  ],
] as const) {
  test(`${what} is refused`, (t) => {
    t.throws(() => chooseZones(region, account), {
      instanceOf: InputError,
      message:
        `${region} has ${found} zones of this account in which API Gateway is known to make VPC links and all endpoints can be had; needed: 2; ` +
        "choose another Region, or set availabilityZones to zones that have them by now",
    });
  });
}

test("a zone that lacks an endpoint is passed over", (t) => {
  const account = zones(["eu-west-1a", "euw1-az1"], ["eu-west-1b", "euw1-az2"], ["eu-west-1c", "euw1-az3"]);
  t.deepEqual(choose("eu-west-1", account, ["eu-west-1a", "eu-west-1c"]), ["eu-west-1a", "eu-west-1c"]);
  t.throws(() => choose("eu-west-1", account, ["eu-west-1c"]), { message: /^eu-west-1 has 1 zones/ });
});
