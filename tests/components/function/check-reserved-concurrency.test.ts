import test from "ava";
import { only, recordProgram } from "../../helpers/recorded-program.ts";

const QUOTA = "aws:servicequotas/getServiceQuota:getServiceQuota";
const newAccount = { [QUOTA]: () => ({ value: 10 }) };

test.serial("a new account's limit ends the program before it makes anything", async (t) => {
  const registered: string[] = [];
  const error = await t.throwsAsync(recordProgram({ functions: newAccount, registered }));
  t.regex(String(error.message), /^downloadMaxConcurrency is 50, .* may run 10 at a time/);
  t.deepEqual(registered, []);
});

test.serial("every runtime's function counts", async (t) => {
  const functions = { [QUOTA]: () => ({ value: 199 }) };
  const config = ['runtimes=["nodejs","python-stdlib"]'];
  const error = await t.throwsAsync(recordProgram({ functions, config }));
  t.regex(String(error.message), /50 for each of 2 functions/);
});

test.serial("with 0 the account is not asked", async (t) => {
  const functions = {
    [QUOTA]: () => {
      throw new Error("asked");
    },
  };
  const { graph } = await recordProgram({ functions, config: ["downloadMaxConcurrency=0"] });
  t.is(only(graph, "aws:lambda/function:Function", "download").inputs.reservedConcurrentExecutions, -1);
});

test.serial("who may not look at the quota deploys all the same", async (t) => {
  const details = "AccessDeniedException: servicequotas:GetServiceQuota";
  const functions = {
    [QUOTA]: () => {
      throw Object.assign(new Error(details), { details });
    },
  };
  const { graph } = await recordProgram({ functions });
  t.is(only(graph, "aws:lambda/function:Function", "download").inputs.reservedConcurrentExecutions, 50);
});
