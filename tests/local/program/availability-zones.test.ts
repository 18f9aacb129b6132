import test from "ava";
import { availabilityZones } from "../../../local/program/availability-zones.ts";

for (const [region, ids] of [
  ["us-east-1", ["use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"]],
  ["us-west-1", ["usw1-az1", "usw1-az3"]],
  ["eu-central-1", ["euc1-az1", "euc1-az2", "euc1-az3"]],
  ["ap-northeast-1", ["apne1-az1", "apne1-az2", "apne1-az4"]],
  ["ap-southeast-2", ["apse2-az1", "apse2-az2", "apse2-az3"]],
] as const) {
  test(`the zones of ${region} are ${ids.join(", ")}`, (t) => {
    t.deepEqual(
      availabilityZones(region).map(({ id }) => id),
      [...ids],
    );
  });
}

test("a zone's name is the Region's with a letter, in order", (t) => {
  t.deepEqual(
    availabilityZones("ap-northeast-1").map(({ name }) => name),
    ["ap-northeast-1a", "ap-northeast-1b", "ap-northeast-1c"],
  );
});
