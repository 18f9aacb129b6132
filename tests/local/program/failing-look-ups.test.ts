import test from "ava";
import { ResourceSimulator } from "../../../local/program/simulated-resources.ts";
import { simulatedFunctions } from "../../../local/program/simulated-functions.ts";
import { runInLanguageRunner } from "../../helpers/language-runner.ts";
import { projectFolder, recordProgram, fixture } from "../../helpers/recorded-program.ts";

const REFUSAL = "operation error: api error AccessDeniedException:\n\t* not authorized";

const refuse = () => {
  throw Object.assign(new Error(REFUSAL), { details: REFUSAL });
};

/** Each function that the program asks AWS by, with the sentence that its refusal ends the program with. */
const lookUps: Readonly<Record<string, { readonly config?: string[]; readonly sentence: RegExp }>> = {
  "aws:index/getRegion:getRegion": { sentence: /^the AWS Region cannot be looked up: .*; set aws:region/ },
  "aws:index/getPartition:getPartition": {
    config: ["bucket=mine"],
    sentence: /^the AWS partition cannot be looked up: .*; set aws:region/,
  },
  "aws:index/getCallerIdentity:getCallerIdentity": {
    sentence: /^the AWS account cannot be looked up: .* need sts:GetCallerIdentity$/,
  },
  "aws:bedrock/getInferenceProfile:getInferenceProfile": {
    config: ["lambdaChat=true"],
    sentence:
      /^the inference profile "global\.anthropic\.[^"]+" cannot be looked up: .* need bedrock:GetInferenceProfile$/,
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": {
    config: ["chat=true"],
    sentence: /^the availability zones cannot be looked up: .*ec2:DescribeAvailabilityZones; or name/,
  },
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": {
    config: ["chat=true"],
    sentence: /^the VPC endpoint service [\w.]+ cannot be looked up: .*ec2:DescribeVpcEndpointServices; or/,
  },
  "aws:ecr/getImages:getImages": {
    config: ["chat=true"],
    sentence: /^the image repository "chat-[^"]+" cannot be looked up: .*ecr:ListImages/,
  },
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": {
    config: ["chat=true"],
    sentence: /^the prefix list of S3 cannot be looked up: .*ec2:DescribeManagedPrefixLists/,
  },
  "aws:ec2/getVpc:getVpc": {
    config: [
      "chat=true",
      "vpcId=vpc-0123456789abcdef0",
      'subnetIds=["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]',
      "createEndpoints=false",
    ],
    sentence: /^the VPC "vpc-0123456789abcdef0" cannot be looked up: .*ec2:DescribeVpcs$/,
  },
};

/** Pulumi's SDK fails a process whose last program left promises open, as one that ends early does. */
test.after.always(() => recordProgram({ folder: fixture("python-functions") }));

for (const [token, { config = [], sentence }] of Object.entries(lookUps)) {
  test.serial(`a refused ${token} ends the program with one sentence`, async (t) => {
    const failing = recordProgram({ config, functions: { [token]: refuse } });
    const error = await t.throwsAsync(failing, { name: "ProgramError", message: sentence });
    t.false(error.message.includes("\n"));
    t.true(error.message.includes("AccessDeniedException: * not authorized"), error.message);
  });
}

/** What `pulumi up` shows of it: the sentence, once, and no stack. */
for (const token of [
  "aws:bedrock/getInferenceProfile:getInferenceProfile",
  "aws:index/getAvailabilityZones:getAvailabilityZones",
]) {
  test.serial(`Pulumi prints nothing but the sentence for a refused ${token}`, async (t) => {
    const [region, accountId] = ["eu-central-1", "123456789012"];
    const { exitCode, engine, output } = await runInLanguageRunner({
      projectFolder,
      stack: "dev",
      preview: true,
      config: lookUps[token]?.config ?? [],
      simulator: new ResourceSimulator({ region, accountId, openApiPort: () => Promise.resolve(1) }),
      functions: { ...simulatedFunctions(region, accountId), [token]: refuse },
    });
    t.not(exitCode, 0);
    t.is(engine.log.length, 1, output);
    t.regex(String(engine.log[0]), lookUps[token]?.sentence as RegExp);
    t.notRegex(output, /unhandled|error serializing|\n\s+at /);
  });
}

test.serial("a component used as a library ends its program with the same sentence", async (t) => {
  const token = "aws:bedrock/getInferenceProfile:getInferenceProfile";
  const failing = recordProgram({
    folder: fixture("private-chat"),
    functions: { [token]: refuse },
    existing: { "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "arn:aws:iam::1:role/logs" }) },
  });
  await t.throwsAsync(failing, { name: "ProgramError", message: lookUps[token]?.sentence as RegExp });
});
