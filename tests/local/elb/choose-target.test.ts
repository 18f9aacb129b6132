import test from "ava";
import fc from "fast-check";
import { chooserFor } from "../../../local/elb/choose-target.ts";

test("round robin takes one after the other, however many requests are open", (t) => {
  const choose = chooserFor("round_robin");
  const [a, b, c] = [{ openRequests: 9 }, { openRequests: 0 }, { openRequests: 4 }];
  t.deepEqual(
    Array.from({ length: 6 }, () => choose([a, b, c])),
    [a, b, c, a, b, c],
  );
});

test("least outstanding requests takes a target with the fewest, in turn where there are several", (t) => {
  const choose = chooserFor("least_outstanding_requests");
  const [a, b, c] = [{ openRequests: 1 }, { openRequests: 3 }, { openRequests: 1 }];
  t.deepEqual(
    Array.from({ length: 4 }, () => choose([a, b, c])),
    [a, c, a, c],
  );
});

for (const algorithm of ["round_robin", "least_outstanding_requests"] as const) {
  test(`${algorithm} has nothing to choose from none`, (t) => {
    t.is(chooserFor(algorithm)([]), undefined);
  });
}

test("however requests come and go, no target ever gets one while another has fewer", (t) => {
  const steps = fc.array(fc.oneof(fc.constant("open" as const), fc.nat({ max: 50 })), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), steps, (count, actions) => {
      const choose = chooserFor("least_outstanding_requests");
      const targets = Array.from({ length: count }, () => ({ openRequests: 0 }));
      const open: { openRequests: number }[] = [];
      for (const action of actions) {
        if (action === "open") {
          const target = choose(targets);
          if (target === undefined) return false;
          if (targets.some(({ openRequests }) => openRequests < target.openRequests)) return false;
          target.openRequests += 1;
          open.push(target);
        } else {
          const [finished] = open.splice(action % Math.max(open.length, 1), 1);
          if (finished !== undefined) finished.openRequests -= 1;
        }
      }
      return true;
    }),
  );
  t.pass();
});

test("requests that all stay open are spread evenly", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 100 }), (count, requests) => {
      const choose = chooserFor("least_outstanding_requests");
      const targets = Array.from({ length: count }, () => ({ openRequests: 0 }));
      for (let request = 0; request < requests; request++) {
        const target = choose(targets);
        if (target !== undefined) target.openRequests += 1;
      }
      const counts = targets.map(({ openRequests }) => openRequests);
      return Math.max(...counts) - Math.min(...counts) <= 1;
    }),
  );
  t.pass();
});
