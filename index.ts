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

const downloads = new streamgate.StreamingLambdaApi("downloads", {
  stage: config.stage,
  routes: {
    "GET /download/{key+}": { function: download.function },
    "HEAD /download/{key+}": { function: download.function },
    ...(chat && { "POST /chat": { function: chat.function } }),
  },
  throttle,
  logRetentionDays,
  accountLogging,
  tags,
});

const access = new streamgate.ApiKeyAccess("access", {
  stages: [downloads.stage],
  throttle,
  quotaPerDay: config.quotaPerDay,
  tags,
});

const outputs: OutputsOf<StackOutputs> = {
  downloadApi: downloads.api,
  auth: config.auth,
  apiKey: access.key,
  bucket: downloadBucket.bucketName,
  ...(chat && { model: config.model }),
  region: aws.getRegionOutput().region,
  keptOnDestroy: streamgate.keptOnDestroy(config),
};

// One object, because Pulumi warns of every named export that has no value.
export default outputs;

type OutputsOf<T> = { readonly [name in keyof T]: pulumi.Input<T[name]> };
