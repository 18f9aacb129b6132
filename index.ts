import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as streamgate from "./components/index.ts";
import type { StackOutputs } from "./contract/stack-outputs.ts";

const config = streamgate.parseConfig(pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack());
const { logRetentionDays, tags } = config;
const throttle = { ratePerSecond: config.throttleRatePerSecond, burst: config.throttleBurst };

const accountLogging = new streamgate.AccountLogging("account-logging", {
  mode: config.accountLogging,
  tags,
});

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
  corsOrigins: config.corsOrigins,
  throttle,
  // A trace's segments hold URLs, and these the objects' keys.
  tracing: config.logKeys,
  logRetentionDays,
  accountLogging,
  tags,
};

const downloads = config.downloads ? makeDownloadApi() : undefined;

const stages = [downloads].filter((api) => api !== undefined).map(({ stage }) => stage);
const access =
  config.auth === "apiKey"
    ? new streamgate.ApiKeyAccess("access", { stages, throttle, quotaPerDay: config.quotaPerDay, tags })
    : undefined;

const outputs: OutputsOf<StackOutputs> = {
  ...(downloads && { downloadApi: downloads.api }),
  auth: config.auth,
  ...(access && { apiKey: access.key }),
  bucket: downloadBucket.bucketName,
  ...(config.lambdaChat && { model: config.model }),
  region: aws.getRegionOutput().region,
  keptOnDestroy: streamgate.keptOnDestroy(config),
};

// One object, because Pulumi warns of every named export that has no value.
export default outputs;

type OutputsOf<T> = { readonly [name in keyof T]: pulumi.Input<T[name]> };

function makeDownloadApi(): streamgate.StreamingLambdaApi {
  const download = new streamgate.DownloadFunction("download", {
    bucket: downloadBucket,
    keyPrefix: config.keyPrefix,
    kmsKeyArn: config.bucketKmsKeyArn,
    timeoutSeconds: config.downloadTimeoutSeconds,
    memoryMiB: config.downloadMemoryMiB,
    maxConcurrency: config.downloadMaxConcurrency,
    architecture: config.architecture,
    logRetentionDays,
    logKeys: config.logKeys,
    tags,
  });
  const chat = config.lambdaChat
    ? new streamgate.ChatFunction("lambda-chat", {
        model: config.model,
        systemPrompt: config.systemPrompt,
        maxTokens: config.maxTokens,
        guardrailId: config.guardrailId,
        guardrailVersion: config.guardrailVersion,
        architecture: config.architecture,
        logRetentionDays,
        tags,
      })
    : undefined;
  return new streamgate.StreamingLambdaApi("downloads", {
    ...apiArgs,
    routes: {
      "GET /download/{key+}": { function: download.function },
      "HEAD /download/{key+}": { function: download.function },
      ...(chat && { "POST /chat": { function: chat.function } }),
    },
  });
}
