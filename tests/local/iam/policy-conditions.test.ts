import test from "ava";
import { holds } from "../../../local/iam/policy-conditions.ts";
import { UnsupportedPolicyError } from "../../../local/iam/policy-document.ts";

const key = "aws:SourceIp";

for (const [address, values, isIn] of [
  ["203.0.113.7", ["203.0.113.0/24"], true],
  ["203.0.114.7", ["203.0.113.0/24"], false],
  ["203.0.113.7", ["203.0.113.7"], true],
  ["203.0.113.7", ["203.0.113.7/32"], true],
  ["203.0.113.8", ["203.0.113.7/32"], false],
  ["203.0.113.7", ["198.51.100.0/24", "203.0.113.0/25"], true],
  ["203.0.113.7", ["0.0.0.0/0"], true],
  ["203.0.113.7", ["::/0"], false],
  ["2001:db8::1", ["2001:db8::/32"], true],
  ["2001:DB8:0::1", ["2001:db8::1/128"], true],
  ["2001:db9::1", ["2001:db8::/32"], false],
  ["2001:db8::1", ["0.0.0.0/0"], false],
  ["::1", ["127.0.0.0/8", "::1/128"], true],
  ["no address", ["0.0.0.0/0", "::/0"], false],
] as const) {
  test(`${address} is ${isIn ? "" : "not "}in ${values.join(" or ")}`, (t) => {
    t.is(holds({ operator: "IpAddress", key, values }, { [key]: address }), isIn);
    t.is(holds({ operator: "NotIpAddress", key, values }, { [key]: address }), !isIn);
  });
}

test("a request without an address is in no block", (t) => {
  const values = ["0.0.0.0/0"];
  t.false(holds({ operator: "IpAddress", key, values }, { [key]: undefined }));
  t.true(holds({ operator: "NotIpAddress", key, values }, { [key]: undefined }));
});

for (const block of [
  "203.0.113.0/33",
  "203.0.113.0/-1",
  "203.0.113.0/x",
  "2001:db8::/129",
  "example.com",
  "",
]) {
  test(`"${block}" is no block, and no policy may rest on it`, (t) => {
    for (const operator of ["IpAddress", "NotIpAddress"]) {
      t.throws(() => holds({ operator, key, values: [block] }, { [key]: "203.0.113.7" }), {
        instanceOf: UnsupportedPolicyError,
      });
    }
  });
}
