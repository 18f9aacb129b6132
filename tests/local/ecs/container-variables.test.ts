import test from "ava";
import { fargateVariables } from "../../../local/ecs/container-variables.ts";
import { UsageError } from "../../../local/usage-error.ts";
import { graphOfService, region, taskRoleArn } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";

test("a container finds the program's variables, its image's, Fargate's and the local ones, and no other", async (t) => {
  const { ask, service } = await runContainers(t, graphOfService({ variables: { BUCKET: "files" } }));
  const { variables } = await ask("/");
  const { PORT, HOST, BUCKET, NODE_ENV, GREETING, AWS_REGION, AWS_EXECUTION_ENV, ...others } = variables;
  t.deepEqual(
    { PORT, HOST, BUCKET, NODE_ENV, GREETING, AWS_REGION, AWS_EXECUTION_ENV },
    {
      PORT: String(service.tasks[0]?.port),
      HOST: "127.0.0.1",
      BUCKET: "files",
      NODE_ENV: "production",
      GREETING: "from the image",
      AWS_REGION: region,
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    },
  );
  const expected = [
    ...Object.keys(fargateVariables).filter((name) => !["AWS_REGION", "AWS_EXECUTION_ENV"].includes(name)),
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "AWS_ENDPOINT_URL_S3",
  ];
  // The shell that starts the process adds these, as the one in Node.js's image does.
  const ofShell = ["PWD", "OLDPWD", "SHLVL", "_"];
  t.deepEqual(
    Object.keys(others)
      .filter((name) => !ofShell.includes(name))
      .sort(),
    expected.sort(),
  );
});

test("the program's variables win over the image's", async (t) => {
  const { ask } = await runContainers(t, graphOfService({ variables: { GREETING: "from the program" } }));
  t.is((await ask("/")).variables.GREETING, "from the program");
});

test("a container without ports is left the PORT it has", async (t) => {
  const graph = graphOfService({ container: { portMappings: [] }, variables: { PORT: "0" } });
  const { service, registry } = await runContainers(t, graph);
  t.is(service.tasks[0]?.port, undefined);
  t.deepEqual(registry.targets, []);
});

test("a container that could not be told its port is refused", async (t) => {
  const error = await t.throwsAsync(runContainers(t, graphOfService({ variables: { PORT: "80" } })), {
    instanceOf: UsageError,
  });
  t.true(error.message.includes("maps the container port 8080, and its variable PORT is 80"), error.message);
});

test("credentials of the task's role are served to the task alone", async (t) => {
  const { ask, credentials } = await runContainers(t, graphOfService());
  const { variables } = await ask("/");
  const uri = variables.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? "";
  const token = variables.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? "";
  t.is((await fetch(uri)).status, 401);
  t.is((await fetch(`${uri}0`, { headers: { authorization: token } })).status, 404);
  const response = await fetch(uri, { headers: { authorization: token } });
  const served = (await response.json()) as Record<string, string>;
  t.is(served.RoleArn, taskRoleArn);
  t.true(new Date(served.Expiration ?? 0) > new Date());
  const issued = credentials.find(served.AccessKeyId ?? "");
  t.is(issued?.credentials.secretAccessKey, served.SecretAccessKey);
  t.is(issued?.credentials.sessionToken, served.Token);
  t.like(issued?.principal, {
    kind: "role",
    roleArn: taskRoleArn,
    endpoints: { s3: { id: "s3" }, bedrock: { id: "bedrock-runtime" } },
  });
});

test("the task's metadata names its cluster and its task definition", async (t) => {
  const { ask, service } = await runContainers(t, graphOfService());
  const { variables } = await ask("/");
  const response = await fetch(`${variables.ECS_CONTAINER_METADATA_URI_V4}/task`);
  t.like(await response.json(), {
    Cluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/web",
    TaskARN: `arn:aws:ecs:eu-central-1:123456789012:task/web/${service.tasks[0]?.taskId}`,
    Family: "web",
    Revision: "1",
  });
});

test("the container runs in its image's working folder, or the task definition's", async (t) => {
  const { ask } = await runContainers(t, graphOfService());
  t.regex((await ask("/")).folder, /\/images\/image\/root\/srv\/app$/);
  t.deepEqual((await ask("/")).files.toSorted(), ["main.mjs", "public"]);
});
