import test from "ava";
import { afterCheck, type HealthState } from "../../../local/elb/health-check.ts";

const definition = {
  path: "/",
  intervalSeconds: 30,
  timeoutSeconds: 6,
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  matcher: [[200, 200]],
} as const;

/** The health after each check. Format of a check: `+` passed, `-` failed. */
function healths(from: HealthState["health"], checks: string): string {
  let state: HealthState = { health: from, contradictions: 0 };
  return [...checks]
    .map((check) => {
      state = afterCheck(state, check === "+", definition);
      return state.health === "healthy" ? "h" : "u";
    })
    .join("");
}

for (const [from, checks, expected] of [
  ["healthy", "++-+-+", "hhhhhh"],
  ["healthy", "--", "hu"],
  ["healthy", "-+--", "hhhu"],
  ["unhealthy", "--++-++", "uuuuuuu"],
  ["unhealthy", "+++", "uuh"],
  ["unhealthy", "+++--+++", "uuhhuuuh"],
] as const) {
  test(`a ${from} target with the checks ${checks} is ${expected}`, (t) => {
    t.is(healths(from, checks), expected);
  });
}
