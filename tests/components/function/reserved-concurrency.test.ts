import test from "ava";
import { concurrencyProblem } from "../../../components/function/reserved-concurrency.ts";

test("what leaves a hundred unreserved fits", (t) => {
  t.is(concurrencyProblem({ perFunction: 50, functions: 1 }, 150), undefined);
  t.is(concurrencyProblem({ perFunction: 300, functions: 3 }, 1000), undefined);
  t.is(concurrencyProblem({ perFunction: 0, functions: 3 }, 10), undefined);
});

test("in a new account nothing but 0 fits", (t) => {
  t.is(
    concurrencyProblem({ perFunction: 50, functions: 1 }, 10),
    "downloadMaxConcurrency is 50, but this account's functions may run 10 at a time in this Region, and Lambda keeps " +
      "100 of these unreserved; allowed: 0, which reserves none; or have the quota raised: Service Quotas, AWS Lambda, " +
      "Concurrent executions",
  );
});

test("what would fit is said for each function", (t) => {
  t.regex(
    String(concurrencyProblem({ perFunction: 50, functions: 3 }, 200)),
    /is 50 for each of 3 functions, .*allowed: 0, which reserves none, to 33;/,
  );
});
