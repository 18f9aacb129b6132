import test from "ava";
import { chatServiceTimes } from "../../contract/chat-service-times.ts";
import { limits } from "../../contract/limits.ts";

/** As numbers: of the literals the compiler would know the order, and a wrong one too. */
const times: Readonly<Record<keyof typeof chatServiceTimes, number>> = chatServiceTimes;
const {
  loadBalancerIdleSeconds,
  keepAliveSeconds,
  deregistrationDelaySeconds,
  stopTimeoutSeconds,
  acceptAfterSigtermSeconds,
  finishAfterSigtermSeconds,
} = times;

test("each hop is more patient with an idle connection than the one before it", (t) => {
  t.true(loadBalancerIdleSeconds * 1000 > limits.gatewayStreamIdleMilliseconds.value);
  t.true(keepAliveSeconds > loadBalancerIdleSeconds);
});

test("a task that is replaced has time for the longest stream, and after SIGTERM for each of its steps", (t) => {
  t.true(deregistrationDelaySeconds * 1000 > limits.gatewayStreamTimeoutMilliseconds.value);
  t.true(acceptAfterSigtermSeconds < finishAfterSigtermSeconds);
  t.true(finishAfterSigtermSeconds < stopTimeoutSeconds);
});
