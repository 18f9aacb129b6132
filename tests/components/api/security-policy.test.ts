import test from "ava";
import { checkApiAccess } from "../../../components/api/api-access.ts";
import {
  defaultSecurityPolicy,
  type EndpointAccessMode,
  securityPolicies,
  type SecurityPolicy,
} from "../../../components/api/security-policy.ts";

test("every security policy on offer is one that takes an access mode, for Regional endpoints", (t) => {
  for (const policy of securityPolicies) t.regex(policy, /^SecurityPolicy_TLS13_1_[23]_.*\d$/);
  t.true(securityPolicies.includes(defaultSecurityPolicy));
});

test("what an API may not have is refused with what it may", (t) => {
  const edge = "SecurityPolicy_TLS13_2025_EDGE" as SecurityPolicy;
  t.throws(() => checkApiAccess({ securityPolicy: edge }, []), {
    name: "InputError",
    message: `securityPolicy is "${edge}"; allowed: ${securityPolicies.join(", ")}`,
  });
  t.throws(() => checkApiAccess({ endpointAccessMode: "" as EndpointAccessMode }, []), {
    message: 'endpointAccessMode is ""; allowed: STRICT, BASIC',
  });
  t.notThrows(() => checkApiAccess({}, []));
});
