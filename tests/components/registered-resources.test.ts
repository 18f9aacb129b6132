import test from "ava";
import { recordProgram } from "../helpers/recorded-program.ts";
import { resourceTree } from "../helpers/resource-tree.ts";

/**
 * Type, name and parent are what Pulumi knows a resource by. One that gets another name here is deleted and made
 * anew in every stack that has it, a bucket with all its objects: it needs an entry in `aliases` with its old name.
 */
const expected = `
streamgate:index:StreamingLambdaApi downloads
  aws:lambda/permission:Permission downloads-GET-download-key-5f045c6
  aws:lambda/permission:Permission downloads-HEAD-download-key-5f045c6
  streamgate:parts:RestApi downloads
    aws:apigateway/deployment:Deployment downloads
    aws:apigateway/integration:Integration downloads/download/{key+}/GET
    aws:apigateway/integration:Integration downloads/download/{key+}/HEAD
    aws:apigateway/method:Method downloads/download/{key+}/GET
    aws:apigateway/method:Method downloads/download/{key+}/HEAD
    aws:apigateway/methodSettings:MethodSettings downloads
    aws:apigateway/resource:Resource downloads/download
    aws:apigateway/resource:Resource downloads/download/{key+}
    aws:apigateway/response:Response downloads-ACCESS_DENIED
    aws:apigateway/response:Response downloads-DEFAULT_4XX
    aws:apigateway/response:Response downloads-DEFAULT_5XX
    aws:apigateway/response:Response downloads-EXPIRED_TOKEN
    aws:apigateway/response:Response downloads-INTEGRATION_FAILURE
    aws:apigateway/response:Response downloads-INTEGRATION_TIMEOUT
    aws:apigateway/response:Response downloads-INVALID_API_KEY
    aws:apigateway/response:Response downloads-INVALID_SIGNATURE
    aws:apigateway/response:Response downloads-MISSING_AUTHENTICATION_TOKEN
    aws:apigateway/response:Response downloads-QUOTA_EXCEEDED
    aws:apigateway/response:Response downloads-REQUEST_TOO_LARGE
    aws:apigateway/response:Response downloads-RESOURCE_NOT_FOUND
    aws:apigateway/response:Response downloads-THROTTLED
    aws:apigateway/response:Response downloads-UNSUPPORTED_MEDIA_TYPE
    aws:apigateway/response:Response downloads-WAF_FILTERED
    aws:apigateway/restApi:RestApi downloads
    aws:apigateway/restApiPolicy:RestApiPolicy downloads
    aws:apigateway/stage:Stage downloads
    aws:cloudwatch/logGroup:LogGroup downloads-access
    aws:cloudwatch/logGroup:LogGroup downloads-execution
streamgate:parts:AccountLogging account-logging
  aws:apigateway/account:Account account-logging
  aws:iam/role:Role account-logging
  aws:iam/rolePolicyAttachment:RolePolicyAttachment account-logging
streamgate:parts:ApiKeyAccess access
  aws:apigateway/apiKey:ApiKey access
  aws:apigateway/usagePlan:UsagePlan access
  aws:apigateway/usagePlanKey:UsagePlanKey access
streamgate:parts:DownloadBucket downloads
  aws:s3/bucket:Bucket downloads
  aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration downloads
  aws:s3/bucketOwnershipControls:BucketOwnershipControls downloads
  aws:s3/bucketPolicy:BucketPolicy downloads
  aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock downloads
  aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration downloads
  aws:s3/bucketVersioning:BucketVersioning downloads
streamgate:parts:NodeFunction download
  aws:cloudwatch/logGroup:LogGroup download
  aws:iam/role:Role download
  aws:iam/rolePolicy:RolePolicy download
  aws:lambda/function:Function download
`;

const chat = `
  aws:lambda/permission:Permission downloads-POST-chat-6ea4b82
    aws:apigateway/integration:Integration downloads/chat/POST
    aws:apigateway/method:Method downloads/chat/POST
    aws:apigateway/resource:Resource downloads/chat
streamgate:parts:NodeFunction lambda-chat
  aws:cloudwatch/logGroup:LogGroup lambda-chat
  aws:iam/role:Role lambda-chat
  aws:iam/rolePolicy:RolePolicy lambda-chat
  aws:lambda/function:Function lambda-chat
`;

const guards = `
    aws:apigateway/integration:Integration downloads/download/{key+}/OPTIONS
    aws:apigateway/integrationResponse:IntegrationResponse downloads/download/{key+}/OPTIONS
    aws:apigateway/method:Method downloads/download/{key+}/OPTIONS
    aws:apigateway/methodResponse:MethodResponse downloads/download/{key+}/OPTIONS
`;

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

test.serial("the program registers these resources by these names", async (t) => {
  const { graph } = await recordProgram({ config: ["lambdaChat=false"] });
  t.deepEqual(resourceTree(graph.resources), lines(expected));
});

test.serial("chat through Lambda adds a function and a route, and changes nothing else", async (t) => {
  const { graph } = await recordProgram({ config: ["lambdaChat=true"] });
  const withChat = resourceTree(graph.resources);
  t.deepEqual(
    withChat.filter((line) => !lines(expected).includes(line)),
    lines(chat),
  );
  t.deepEqual(
    withChat.filter((line) => !lines(chat).includes(line)),
    lines(expected),
  );
});

test.serial("an address list adds nothing, origins OPTIONS, and neither changes anything else", async (t) => {
  const { graph } = await recordProgram({
    config: ["lambdaChat=false", 'allowedCidrs=["::1/128"]', 'corsOrigins=["https://a.example"]'],
  });
  const guarded = resourceTree(graph.resources);
  t.deepEqual(
    guarded.filter((line) => !lines(expected).includes(line)),
    lines(guards),
  );
  t.deepEqual(
    guarded.filter((line) => !lines(guards).includes(line)),
    lines(expected),
  );
});

for (const auth of ["iam", "none"]) {
  test.serial(`with auth ${auth} there are no keys, and nothing else is missing`, async (t) => {
    const { graph } = await recordProgram({ config: ["lambdaChat=false", `auth=${auth}`] });
    const withoutKeys = lines(expected).filter((line) => !/ApiKeyAccess|apiKey:|usagePlan/.test(line));
    t.deepEqual(resourceTree(graph.resources), withoutKeys);
  });
}

const withoutChildren = (text: string, component: RegExp) =>
  lines(text).filter((line, index, all) => {
    const above = all.slice(0, index + 1).findLast((other) => !other.startsWith(" ")) ?? "";
    return !line.startsWith(" ") || !component.test(above);
  });

test.serial(
  "a bucket and a logging role that exist leave only empty components, and no other change",
  async (t) => {
    const { graph } = await recordProgram({
      config: ["bucket=mine", "lambdaChat=false"],
      existing: {
        "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "arn:aws:iam::1:role/logs" }),
      },
    });
    t.deepEqual(resourceTree(graph.resources), withoutChildren(expected, /DownloadBucket|AccountLogging/));
  },
);
