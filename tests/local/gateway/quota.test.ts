import test from "ava";
import { Quota } from "../../../local/gateway/quota.ts";
import { RecordedRestApi } from "../../helpers/recorded-rest-api.ts";

function planWith(quotaSettings: object | undefined) {
  const plan = new RecordedRestApi()
    .usagePlan("dev", "key", { quotaSettings })
    .graph.ofType("aws:apigateway/usagePlan:UsagePlan")[0];
  if (plan === undefined) throw new Error("no usage plan was recorded");
  return plan;
}

const periods = [
  { period: "DAY", last: "2026-11-22T23:59:59Z", next: "2026-11-23T00:00:00Z" },
  { period: "WEEK", last: "2026-11-28T23:59:59Z", next: "2026-11-29T00:00:00Z" },
  { period: "MONTH", last: "2026-11-30T23:59:59Z", next: "2026-12-01T00:00:00Z" },
];
for (const { period, last, next } of periods) {
  test(`a quota a ${period} lasts to the end of it`, (t) => {
    let now = Date.UTC(2026, 10, 22);
    const quota = Quota.ofUsagePlan(planWith({ limit: 2, period }), () => now);
    t.true(quota?.take());
    now = Date.parse(last);
    t.true(quota?.take());
    t.false(quota?.take());
    now = Date.parse(next);
    t.true(quota?.take());
  });
}

test("an offset counts against the first period only", (t) => {
  let now = Date.UTC(2026, 10, 22);
  const quota = Quota.ofUsagePlan(planWith({ limit: 2, period: "DAY", offset: 1 }), () => now);
  t.true(quota?.take());
  t.false(quota?.take());
  now = Date.UTC(2026, 10, 23);
  t.true(quota?.take());
  t.true(quota?.take());
});

test("a plan without quota has none", (t) => {
  t.is(Quota.ofUsagePlan(planWith(undefined), Date.now), undefined);
});

test("a period AWS does not know is refused", (t) => {
  t.throws(() => Quota.ofUsagePlan(planWith({ limit: 1, period: "YEAR" }), Date.now), {
    message:
      'aws:apigateway/usagePlan:UsagePlan "plan": quotaSettings.period is YEAR, not DAY, WEEK or MONTH',
  });
});
