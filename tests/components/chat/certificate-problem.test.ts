import test from "ava";
import {
  certificateProblem,
  certificateRegionProblem,
} from "../../../components/chat/certificate-problem.ts";

const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123";
const domain = "chat.internal.example.com";

for (const names of [
  [domain],
  ["example.com", domain],
  ["*.internal.example.com"],
  ["other.example", "*.Internal.Example.com"],
]) {
  test(`${names.join(" and ")} is for ${domain}`, (t) => {
    t.is(certificateProblem({ arn, domain }, { status: "ISSUED", names }), undefined);
  });
}

for (const names of [
  ["example.com"],
  ["*.example.com"],
  ["*.chat.internal.example.com"],
  [`x${domain}`],
  [],
]) {
  test(`${names.join() || "a certificate without names"} is not for ${domain}`, (t) => {
    t.is(
      certificateProblem({ arn, domain }, { status: "ISSUED", names }),
      `certificate ${arn} is for ${names.join(", ")}; allowed: one for ${domain}, or another certificate domain`,
    );
  });
}

for (const status of ["PENDING_VALIDATION", "EXPIRED", "REVOKED", "FAILED", "INACTIVE"]) {
  test(`a certificate that is ${status} is refused`, (t) => {
    t.is(
      certificateProblem({ arn, domain }, { status, names: [domain] }),
      `certificate ${arn} is ${status}; allowed: one that is ISSUED; validate or renew it in ACM first`,
    );
  });
}

test("a certificate of another Region is refused", (t) => {
  t.is(certificateRegionProblem({ arn }, "eu-central-1"), undefined);
  t.is(
    certificateRegionProblem({ arn }, "us-east-1"),
    `certificate ${arn} is in eu-central-1; allowed: one in us-east-1, where the load balancer is`,
  );
});
