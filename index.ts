import * as pulumi from "@pulumi/pulumi";
import * as streamgate from "./components/index.ts";
import type { StackOutputs } from "./contract/stack-outputs.ts";

const config = streamgate.parseConfig(pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack());
const { logRetentionDays, tags } = config;
const throttle = { ratePerSecond: config.throttleRatePerSecond, burst: config.throttleBurst };

// What cannot be had ends the run here, before anything is made.
const region = await streamgate.currentRegion();
if (config.downloads && config.runtimes.includes("python-fastapi")) {
  streamgate.vendorDownloadPackages({ server: "fastapi", architecture: config.architecture });
}
if (config.downloads) {
  await streamgate.checkReservedConcurrency({
    perFunction: config.downloadMaxConcurrency,
    functions: config.runtimes.length,
  });
}
if (config.bucket) {
  await streamgate.checkExistingBucket({ bucket: config.bucket, kmsKeyArn: config.bucketKmsKeyArn });
}

const accountLogging = await streamgate.AccountLogging.ensure("account-logging", { tags });

const downloadBucket = new streamgate.DownloadBucket("downloads", {
  existing: config.bucket,
  onDestroy: config.onDestroy,
  tags,
});

/** What both APIs are made with. */
const apiArgs = {
  stage: config.stage,
  auth: config.auth,
  allowedCidrs: config.allowedCidrs,
  allowedPrincipals: config.allowedPrincipals,
  corsOrigins: config.corsOrigins,
  securityPolicy: config.securityPolicy,
  endpointAccessMode: config.endpointAccessMode,
  throttle,
  // A trace's segments hold URLs, and these the objects' keys.
  tracing: config.logKeys,
  logRetentionDays,
  accountLogging,
  tags,
};

/** What both ways to the model are made with. */
const modelArgs = {
  model: config.model,
  systemPrompt: config.systemPrompt,
  maxTokens: config.maxTokens,
  guardrailId: config.guardrailId,
  guardrailVersion: config.guardrailVersion,
};

const downloads = config.downloads ? makeDownloadApi() : undefined;
const chat = config.chat ? await makeChatApi() : undefined;

const stages = [downloads, chat].filter((api) => api !== undefined).map(({ stage }) => stage);
const access =
  config.auth === "apiKey"
    ? new streamgate.ApiKeyAccess("access", {
        stages,
        throttle,
        quotaPerDay: config.quotaPerDay,
        generations: config.apiKeyGenerations,
        tags,
      })
    : undefined;

const outputs: OutputsOf<StackOutputs> = {
  ...(downloads && { downloadApi: downloads.api }),
  ...(chat && { chatApi: chat.api }),
  auth: config.auth,
  ...(access && { apiKey: access.key }),
  bucket: downloadBucket.bucketName,
  ...((config.chat || config.lambdaChat) && { model: config.model }),
  region,
  ...(chat && chat.availabilityZones.length > 0 && { availabilityZones: [...chat.availabilityZones] }),
  keptOnDestroy: streamgate.keptOnDestroy(config, accountLogging.isMadeHere),
};

// One object, because Pulumi warns of every named export that has no value.
export default outputs;

type OutputsOf<T> = { readonly [name in keyof T]: pulumi.Input<T[name]> };

function makeDownloadApi(): streamgate.StreamingLambdaApi {
  const functionArgs = {
    architecture: config.architecture,
    corsOrigins: config.corsOrigins,
    tracing: config.logKeys,
    logRetentionDays,
    tags,
  };
  const downloadArgs = {
    ...functionArgs,
    bucket: downloadBucket,
    keyPrefix: config.keyPrefix,
    kmsKeyArn: config.bucketKmsKeyArn,
    isPublic: config.auth === "none",
    logKeys: config.logKeys,
    timeoutSeconds: config.downloadTimeoutSeconds,
    memoryMiB: config.downloadMemoryMiB,
    maxConcurrency: config.downloadMaxConcurrency,
  };
  const { DownloadFunction, PythonDownloadFunction, ChatFunction } = streamgate;
  const variants = {
    nodejs: ["/download", () => new DownloadFunction("download", downloadArgs)],
    "python-fastapi": [
      "/download-fastapi",
      () => new PythonDownloadFunction("download-fastapi", { ...downloadArgs, server: "fastapi" }),
    ],
    "python-stdlib": [
      "/download-stdlib",
      () => new PythonDownloadFunction("download-stdlib", { ...downloadArgs, server: "stdlib" }),
    ],
  } as const;
  const downloadRoutes = config.runtimes.flatMap((runtime) => {
    const [path, makeFunction] = variants[runtime];
    const route = { function: makeFunction().function };
    return ["GET", "HEAD"].map((method) => [`${method} ${path}/{key+}`, route] as const);
  });
  const lambdaChat = config.lambdaChat
    ? new ChatFunction("lambda-chat", { ...modelArgs, ...functionArgs })
    : undefined;
  return new streamgate.StreamingLambdaApi("downloads", {
    ...apiArgs,
    routes: {
      ...Object.fromEntries(downloadRoutes),
      ...(lambdaChat && { "POST /chat": { function: lambdaChat.function } }),
    },
  });
}

async function makeChatApi(): Promise<streamgate.PrivateChatService> {
  const { vpcId, subnetIds, routeTableIds, createEndpoints, availabilityZones, certificateArn } = config;
  return new streamgate.PrivateChatService("chat", {
    ...apiArgs,
    ...modelArgs,
    network: vpcId
      ? { vpcId, subnetIds, routeTableIds, createEndpoints }
      : {
          cidrBlock: config.vpcCidr,
          availabilityZones:
            availabilityZones.length > 0 ? availabilityZones : await streamgate.vpcLinkZones(),
        },
    image: config.chatImage,
    architecture: config.architecture,
    cpu: config.chatCpu,
    memoryMiB: config.chatMemoryMiB,
    minTasks: config.chatMinTasks,
    maxTasks: config.chatMaxTasks,
    streamsPerTask: config.chatStreamsPerTask,
    ...(certificateArn && { certificate: { arn: certificateArn, domain: config.certificateDomain } }),
    downloads: {
      bucket: downloadBucket,
      keyPrefix: config.keyPrefix,
      kmsKeyArn: config.bucketKmsKeyArn,
      logKeys: config.logKeys,
    },
  });
}
